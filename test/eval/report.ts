import type { Outcome } from './case.ts';

export interface Score {
  readonly group: string;
  readonly cases: number;
  readonly right: number;
  /** Of the third that is held out. */
  readonly heldOut: { readonly cases: number; readonly right: number };
}

export function scoresOf(outcomes: readonly Outcome[]): Score[] {
  const groups = [...new Set(outcomes.map(({ group }) => group))];
  const sentences = outcomes.filter(({ group }) => group.startsWith('sentences: '));
  return [
    ...groups.map((group) =>
      scoreOf(
        group,
        outcomes.filter((outcome) => outcome.group === group),
      ),
    ),
    ...(sentences.length === 0 ? [] : [scoreOf('all sentences', sentences)]),
  ];
}

function scoreOf(group: string, outcomes: readonly Outcome[]): Score {
  const right = (of: readonly Outcome[]) => of.filter(({ miss }) => miss === undefined).length;
  const heldOut = outcomes.filter((outcome) => outcome.heldOut);
  return { group, cases: outcomes.length, right: right(outcomes), heldOut: { cases: heldOut.length, right: right(heldOut) } };
}

const percent = (right: number, cases: number): string => (cases === 0 ? '' : `${((100 * right) / cases).toFixed(1)} %`);

export function tableOf(scores: readonly Score[]): string {
  const rows = scores.map(({ group, cases, right, heldOut }) => [
    group,
    `${right} of ${cases}`,
    percent(right, cases),
    heldOut.cases === 0 ? '' : `${heldOut.right} of ${heldOut.cases}`,
    percent(heldOut.right, heldOut.cases),
  ]);
  const all = [['group', 'right', '', 'of these held out', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Every miss with what was expected and what came; those held out only when they are asked for. */
export const missesOf = (outcomes: readonly Outcome[], heldOutToo: boolean): string =>
  outcomes
    .flatMap(({ group, name, miss, heldOut }) =>
      miss === undefined || (heldOut && !heldOutToo) ? [] : [`${group}: ${name}\n  expected ${miss.expected}\n  got      ${miss.got}`],
    )
    .join('\n');
