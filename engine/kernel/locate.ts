import { type Planned, planOf } from '../../runbook/core/plan.ts';
import { calledFrom, type RunbookFile, type Snapshot } from './snapshot.ts';

export interface Located {
  readonly planned: Planned;
  readonly file: RunbookFile;
}

/** The step that a path of a run is an instance of, and the file that it is written in. */
export function locate(snapshot: Snapshot, path: string): Located | undefined {
  const pattern = path.replaceAll(/\[\d+\]/g, '[]');
  return find(snapshot, snapshot, pattern, 0);
}

/** Calls that lead deeper than this are none of a snapshot's. */
const deepest = 64;

function find(snapshot: Snapshot, file: RunbookFile, pattern: string, depth: number): Located | undefined {
  const { steps } = planOf(file.runbook);
  const planned = steps.get(pattern);
  if (planned !== undefined) return { planned, file };
  if (depth > deepest) return undefined;
  const marks = /^(?:(?:undo|fallback)\/)*/.exec(pattern)?.[0] ?? '';
  // A call may itself stand in a fallback, so the marks may belong to its own path.
  for (const front of new Set(['', marks])) {
    const rest = pattern.slice(front.length);
    for (let slash = rest.indexOf('/'); slash >= 0; slash = rest.indexOf('/', slash + 1)) {
      const step = steps.get(rest.slice(0, slash))?.step;
      const called = step && calledFrom(snapshot, file.folder, step);
      const found = called && find(snapshot, called, `${front}${rest.slice(slash + 1)}`, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
