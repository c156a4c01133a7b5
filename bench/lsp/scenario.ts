// What every server is put through, in a process of its own for each size of document.
import type { Contender } from './contenders.ts';
import { type Generated, type Position, typo } from './documents.ts';
import { Editor, type Expected } from './editor.ts';
import { type Rounds, repeat, type Times, timed, times } from './statistics.ts';

export interface Measured {
  readonly server: string;
  readonly steps: number;
  readonly lines: number;
  /** Opening → all problems: the first document in a new process, and one in a process that has worked. */
  readonly openFirst: Times;
  readonly open: Times;
  /** A key typed in the middle → all problems of the new text. */
  readonly keystroke: Times;
  readonly completion: Times;
  /** A key typed, and completion asked for at once. */
  readonly completionAfterKey: Times;
  readonly hover: Times;
  /** Bytes of the server's process after this work. */
  readonly memory: number;
}

export const warmUp: Rounds = { atLeast: 2, atMost: 40, budget: 4_000 };
export const usual: Rounds = { atLeast: 5, atMost: 60, budget: 10_000 };
export const few: Rounds = { atLeast: 3, atMost: 15, budget: 5_000 };

/** A problem that underlines exactly `length` characters there: an answer to one edit cannot be taken for that to another. */
export const underlined =
  ({ line, character }: Position, length: number): Expected =>
  (problems) =>
    problems.some(
      ({ range: { start, end } }) =>
        start.line === line && start.character === character && end.line === line && end.character === character + length,
    );
export const all =
  (...expected: readonly Expected[]): Expected =>
  (problems) =>
    expected.every((one) => one(problems));

/** All planted problems, that in the middle `length` characters long. */
export function complete({ planted: { near, middle, far } }: Generated, length = typo.length): Expected {
  return all(underlined(near, typo.length), underlined(middle, length), underlined(far, typo.length));
}

export async function measure(contender: Contender, steps: number): Promise<Measured> {
  const document = contender.document(steps);
  const { middle } = document.planted;
  const first = await repeat({ atLeast: 3, atMost: 5, budget: 5_000 }, async () => {
    const editor = await Editor.start(contender);
    try {
      return (await editor.open(0, document.text, [complete(document)]))[0] ?? Number.NaN;
    } finally {
      await editor.stop();
    }
  });
  const editor = await Editor.start(contender);
  try {
    await editor.open(0, document.text, [complete(document)]);
    let length = typo.length;
    const key = async () => {
      const at = { line: middle.line, character: middle.character + length };
      const [ms = Number.NaN] = await editor.edit(at, 0, 'x', [complete(document, ++length)]);
      return ms;
    };
    const suggest = async () => {
      const { ms, result } = await timed(() => editor.complete({ line: middle.line, character: middle.character + 1 }));
      if (!result.includes(document.offered))
        throw new Error(`${contender.name} does not offer ${document.offered} but ${result.slice(0, 20).join(', ') || 'nothing'}`);
      return ms;
    };
    const explain = async () => {
      const { ms, result } = await timed(() => editor.hover({ line: document.hover.line, character: document.hover.character + 1 }));
      if (!result) throw new Error(`${contender.name} has nothing to say about \`run\``);
      return ms;
    };
    const suggestAfterKey = async () => {
      const at = { line: middle.line, character: middle.character + length++ };
      const { ms } = await timed(async () => {
        await editor.editSilently(at, 0, 'x');
        await suggest();
      });
      // The next one starts when everything behind this one is done.
      await key();
      return ms;
    };
    await repeat(warmUp, key);
    await repeat(warmUp, suggest);
    await repeat(warmUp, explain);
    const keystroke = await repeat(usual, key);
    const completion = await repeat(usual, suggest);
    const hover = await repeat(usual, explain);
    const completionAfterKey = await repeat(few, suggestAfterKey);
    const memory = editor.memory();
    const open = await repeat(few, async (round) => {
      await editor.close();
      return (await editor.open(round + 1, document.text, [complete(document)]))[0] ?? Number.NaN;
    });
    return {
      server: contender.name,
      steps,
      lines: document.lines,
      openFirst: times(first),
      open: times(open),
      keystroke: times(keystroke),
      completion: times(completion),
      completionAfterKey: times(completionAfterKey),
      hover: times(hover),
      memory,
    };
  } finally {
    await editor.stop();
  }
}
