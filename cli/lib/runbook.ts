import { resolve } from 'node:path';
import type { Runbook } from '../../runbook/core/model.ts';
import { patternOf } from '../../runbook/core/nested.ts';
import { planOf } from '../../runbook/core/plan.ts';
import { kindOf } from '../../runbook/files/kind.ts';
import type { ReportRow } from '../../runbook/report.ts';

export interface Loaded {
  /** Absent when a row is an error, and where the file is no runbook. */
  readonly runbook?: Runbook;
  readonly rows: readonly ReportRow[];
}

/** Reads a runbook's text, or that of an action or of shared targets, which its name tells; `file` is named in the rows as given, and what the runbook refers to is looked for beside it. */
export async function loadText(text: string, file: string): Promise<Loaded> {
  const [{ loadRunbook }, { builtInActions }, { report }, { Workspace }, { disk }, { trustedHere }] = await Promise.all([
    import('../../runbook/load.ts'),
    import('../../runbook/actions.ts'),
    import('../../runbook/report.ts'),
    import('../../workspace/workspace.ts'),
    import('../../workspace/files.ts'),
    import('./trusted.ts'),
  ]);
  const around = new Workspace(disk, builtInActions, () => performance.now(), trustedHere()).around(resolve(file));
  if (kindOf(file) !== 'runbook') {
    const { analyse } = await import('../../runbook/analyse.ts');
    return { rows: report(text, analyse(text, { actions: around.actions, around, file: resolve(file) }).diagnostics, file) };
  }
  const { runbook, diagnostics } = loadRunbook(text, { actions: around.actions, around });
  return { runbook, rows: report(text, diagnostics, file) };
}

/** The patterns of the paths that steps of the runbook can have, undos and fallbacks included: `[]` stands for an item or pass. */
export const stepPaths = (runbook: Runbook): string[] => [...planOf(runbook).steps.keys()];

/** A called runbook, or an action made of steps. */
const opens: ReadonlySet<string> = new Set(['call', 'uses']);

/** Is it the path of a step in a run, or the pattern of some? What a called runbook or an action holds is known to the engine alone. */
export function mayBeStep(runbook: Runbook, path: string): boolean {
  const { steps } = planOf(runbook);
  const pattern = patternOf(path);
  const behindMarks = pattern.replace(/^(?:(?:undo|fallback)\/)+/, '');
  return steps.has(pattern) || [...steps.values()].some(({ step }) => opens.has(step.verb.kind) && behindMarks.startsWith(`${step.path}/`));
}
