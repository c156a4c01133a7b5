import { analyse } from './analyse.ts';
import { buildRunbook } from './build.ts';
import type { ActionManifest } from './core/action.ts';
import type { Runbook } from './core/model.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Reads a runbook for the engine or the command line. `runbook` is there whenever no diagnostic is an error.
 * `report` (report.ts) turns the diagnostics into rows with lines and columns.
 */
export function loadRunbook(
  text: string,
  { actions, around }: { readonly file?: string; readonly actions: readonly ActionManifest[]; readonly around?: Surroundings },
): { runbook?: Runbook; diagnostics: readonly Diagnostic[] } {
  const { document, diagnostics } = analyse(text, { actions, around });
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return { diagnostics };
  return { runbook: buildRunbook(document), diagnostics };
}
