import { resolve } from 'node:path';
import type { Runbook } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { ReportRow } from '../../runbook/report.ts';

export interface Loaded {
  /** Absent when a row is an error. */
  readonly runbook?: Runbook;
  readonly rows: readonly ReportRow[];
}

/** Reads a runbook's text; `file` is named in the rows as given, and what the runbook refers to is looked for beside it. */
export async function loadText(text: string, file: string): Promise<Loaded> {
  const [{ loadRunbook }, { builtInActions }, { report }, { Workspace }, { disk }] = await Promise.all([
    import('../../runbook/load.ts'),
    import('../../runbook/actions.ts'),
    import('../../runbook/report.ts'),
    import('../../workspace/workspace.ts'),
    import('../../workspace/files.ts'),
  ]);
  const around = new Workspace(disk, builtInActions, () => performance.now()).around(resolve(file));
  const { runbook, diagnostics } = loadRunbook(text, { actions: around.actions, around });
  return { runbook, rows: report(text, diagnostics, file) };
}

/** The patterns of the paths that steps of the runbook can have, undos and fallbacks included: `[]` stands for an item or pass. */
export const stepPaths = (runbook: Runbook): string[] => [...planOf(runbook).steps.keys()];

/** Is it the path of a step in a run, or the pattern of some? What a called runbook holds is known to the engine alone. */
export function mayBeStep(runbook: Runbook, path: string): boolean {
  const { steps } = planOf(runbook);
  const pattern = patternOf(path);
  const behindMarks = pattern.replace(/^(?:(?:undo|fallback)\/)+/, '');
  return steps.has(pattern) || [...steps.values()].some(({ step }) => step.verb.kind === 'call' && behindMarks.startsWith(`${step.path}/`));
}

/** `each[]/stop` of `each[2]/stop`. */
export const patternOf = (path: string): string => path.replace(/\[\d+\]/g, '[]');
