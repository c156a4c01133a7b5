// What is measured of this server alone: where the edit is, what it means for the text behind it, and the ways of being told.
import type { Contender } from './contenders.ts';
import { type Position, typo } from './documents.ts';
import { Editor, type Expected } from './editor.ts';
import { all, complete, few, underlined, usual, warmUp } from './scenario.ts';
import { repeat, type Times, times } from './statistics.ts';

export interface Own {
  readonly steps: number;
  readonly lines: number;
  /** A key typed there → all problems. */
  readonly top: Times;
  readonly middle: Times;
  readonly end: Times;
  /** A quote opened in the middle that nothing closes, so that all behind it is text → the first publication that knows of it, and back → all problems. */
  readonly quote: Times;
  readonly quoteBack: Times;
  /** Opening → a problem of the first 100 lines, and all of them: the first document of a process, and one in a process that has worked. */
  readonly nearFirst: Times;
  readonly near: Times;
  readonly open: Times;
  /** A key typed in the middle and the diagnostics asked for, as VS Code does. */
  readonly pull: Times;
  /** Bytes. */
  readonly memory: number;
}

const only = ([ms = Number.NaN]: readonly number[]) => ms;

export async function measureOwn(contender: Contender, steps: number): Promise<Own> {
  const document = contender.document(steps);
  const { near, middle, far } = document.planted;
  const nearby = underlined(near, typo.length);
  const cold = await repeat({ atLeast: 3, atMost: 5, budget: 5_000 }, async () => {
    const editor = await Editor.start(contender);
    try {
      return only(await editor.open(0, document.text, [nearby, complete(document)]));
    } finally {
      await editor.stop();
    }
  });
  const editor = await Editor.start(contender);
  try {
    await editor.open(0, document.text, [complete(document)]);
    const lengths = new Map<Position, number>([near, middle, far].map((place) => [place, typo.length]));
    const known: Expected = (problems) => all(...[...lengths].map(([place, length]) => underlined(place, length)))(problems);
    const key = (place: Position) => async () => {
      const length = lengths.get(place) ?? typo.length;
      lengths.set(place, length + 1);
      return only(await editor.edit({ ...place, character: place.character + length }, 0, 'x', [known]));
    };
    await repeat(warmUp, key(middle));
    const [top, inMiddle, end] = [await repeat(usual, key(near)), await repeat(usual, key(middle)), await repeat(usual, key(far))] as const;
    const back: number[] = [];
    const quote = await repeat(few, async () => {
      // Nothing of the last step is a step any more, or the text as a whole is not YAML any more: told is that something is wrong there.
      const broken: Expected = (problems) =>
        !underlined(far, lengths.get(far) ?? 0)(problems) || problems.some(({ code }) => code === 'yaml-syntax');
      const ms = only(await editor.edit(document.name, 0, "'", [broken]));
      back.push(only(await editor.edit(document.name, 1, '', [known])));
      return ms;
    });
    const memory = editor.memory();
    const opened = await repeat(few, async (round) => {
      await editor.close();
      return editor.open(round + 1, document.text, [nearby, complete(document)]);
    });
    return {
      steps,
      lines: document.lines,
      top: times(top),
      middle: times(inMiddle),
      end: times(end),
      quote: times(quote),
      quoteBack: times(back),
      nearFirst: times(cold),
      near: times(opened.map(only)),
      open: times(opened.map(([, ms = Number.NaN]) => ms)),
      pull: await pulled(contender, steps),
      memory,
    };
  } finally {
    await editor.stop();
  }
}

async function pulled(contender: Contender, steps: number): Promise<Times> {
  const document = contender.document(steps);
  const { middle } = document.planted;
  const editor = await Editor.start(contender, { pull: true });
  try {
    await editor.open(0, document.text, []);
    let length = typo.length;
    const key = () => {
      const at = { ...middle, character: middle.character + length };
      return editor.editAndPull(at, 0, 'x', complete(document, ++length));
    };
    await repeat(warmUp, key);
    return times(await repeat(usual, key));
  } finally {
    await editor.stop();
  }
}
