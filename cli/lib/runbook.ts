import { resolve } from 'node:path';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { kindOf } from '../../runbook/files/kind.ts';
import type { ReportRow } from '../../runbook/report.ts';

export interface Loaded {
  /** Absent when a row is an error, and where the file is no runbook. */
  readonly runbook?: Runbook;
  readonly rows: readonly ReportRow[];
}

/** Reads a runbook's text, or that of an action or of shared targets, which its name tells; `file` is named in the rows as given, and what the runbook refers to is looked for beside it. */
export async function loadText(text: string, file: string): Promise<Loaded> {
  const [{ loadRunbook }, { builtInActions }, { report }, { Workspace }, { disk }] = await Promise.all([
    import('../../runbook/load.ts'),
    import('../../runbook/actions.ts'),
    import('../../runbook/report.ts'),
    import('../../workspace/workspace.ts'),
    import('../../workspace/files.ts'),
  ]);
  const around = new Workspace(disk, builtInActions, () => performance.now()).around(resolve(file));
  if (kindOf(file) !== 'runbook') {
    const { analyse } = await import('../../runbook/analyse.ts');
    return { rows: report(text, analyse(text, { actions: around.actions, around, file: resolve(file) }).diagnostics, file) };
  }
  const { runbook, diagnostics } = loadRunbook(text, { actions: around.actions, around });
  return { runbook, rows: report(text, diagnostics, file) };
}

/** Every path a step of the runbook can have, its undo's included, in the order of a run. */
export function stepPaths(runbook: Runbook): string[] {
  const lists: readonly (readonly Step[])[] = [
    runbook.steps,
    runbook.verify,
    typeof runbook.onFailure === 'string' ? [] : runbook.onFailure,
    runbook.finally,
  ];
  return lists.flat().flatMap((step) => (step.undo === undefined ? [step.path] : [step.path, step.undo.path]));
}
