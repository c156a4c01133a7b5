import type { Range } from '../syntax/lines.ts';
import { contentRange } from '../syntax/scalar.ts';
import { stringOf, textOf, valueIn } from '../syntax/tree.ts';
import type { OtherRunbook } from './world.ts';

export interface Call {
  readonly runbook: OtherRunbook;
  /** Of the paths in the runbook that calls. */
  readonly from: readonly Range[];
}

/** Runbooks that a runbook calls, each once. */
export function outgoing({ analysis, others }: OtherRunbook): Call[] {
  const found = new Map<string, { readonly runbook: OtherRunbook; readonly from: Range[] }>();
  for (const { node, verb } of analysis.document.steps) {
    const value = verb === 'call' ? valueIn(node, 'call') : undefined;
    const runbook = others.called(stringOf(value) ?? '');
    if (!runbook || value?.kind !== 'scalar') continue;
    const known = found.get(runbook.file) ?? { runbook, from: [] };
    const range = contentRange(analysis.document.text, value);
    if (!known.from.some(({ start }) => start === range.start)) known.from.push(range);
    found.set(runbook.file, known);
  }
  return [...found.values()];
}

/** Runbooks that call a runbook. */
export function incoming({ file, others }: OtherRunbook): Call[] {
  return others.callers().flatMap((runbook) => {
    const call = outgoing(runbook).find(({ runbook: { file: called } }) => called === file);
    return call ? [{ runbook, from: call.from }] : [];
  });
}

/** What a runbook is called, and where it says so. */
export function titleOf({ file, analysis: { document } }: OtherRunbook): {
  readonly name: string;
  readonly range: Range;
  readonly whole: Range;
} {
  const node = valueIn(document.root, 'name');
  const whole = { start: 0, end: document.text.length };
  const range = node?.kind === 'scalar' ? contentRange(document.text, node) : { start: 0, end: 0 };
  return { name: textOf(node) || (file.split('/').at(-1) ?? file), range, whole };
}
