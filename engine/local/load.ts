import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import type { Diagnostic } from '../../runbook/diagnostic.ts';
import { type LoadedAction, loadAction } from '../../runbook/files/own-action.ts';
import { loadRunbook } from '../../runbook/load.ts';
import { report } from '../../runbook/report.ts';
import type { Surroundings } from '../../runbook/surroundings.ts';
import type { Snapshot } from '../kernel/snapshot.ts';
import type { OwnFile } from './own-actions.ts';
import type { LoadAround } from './parts.ts';

/** The runbook in a text. Throws `runbook-invalid` with the number of errors and the first of them. */
export function loadForRun(text: string, file: string, actions: readonly ActionManifest[], targets: Snapshot['targets'] = {}): Runbook {
  const { runbook, diagnostics } = loadRunbook(text, { file, actions, around: aroundOf(targets) });
  if (runbook) return runbook;
  throw new ProblemError(problem('runbook-invalid', { file, ...mended(text, file, diagnostics) }));
}

/** What an action of one's own does. Throws `action-invalid`. */
export function loadActionForRun(
  { manifest, text, file }: OwnFile,
  actions: readonly ActionManifest[],
  targets: Snapshot['targets'],
): LoadedAction {
  const { action, diagnostics } = loadAction(text, { actions, around: aroundOf(targets) });
  if (action) return action;
  throw new ProblemError(problem('action-invalid', { action: manifest.name, file, ...mended(text, file, diagnostics) }));
}

function mended(text: string, file: string, diagnostics: readonly Diagnostic[]): { count: string; first: string } {
  const errors = report(
    text,
    diagnostics.filter(({ severity }) => severity === 'error'),
    file,
  );
  const first = errors[0];
  return {
    count: errors.length === 1 ? '1 error' : `${errors.length} errors`,
    first: first ? `line ${first.line}: ${first.message}` : 'it is empty',
  };
}

/** What the file may refer to; the runbooks that it calls are read by whoever starts it. */
function aroundOf(targets: Snapshot['targets']): Surroundings {
  const range = { start: 0, end: 0 };
  return { targets: Object.entries(targets).map(([name, { type }]) => ({ name, type, file: '', range })), called: () => undefined };
}

export type Load = (text: string, file: string, around?: LoadAround) => Runbook;

const mostKept = 16;

/** The same text under the same name is read once: an alert may start one runbook a hundred times, and nobody changes what was read. */
export function lastLoaded(load: Load): Load {
  const kept = new Map<string, { readonly text: string; readonly around: string; readonly runbook: Runbook }>();
  return (text, file, given = { targets: {}, own: [] }) => {
    const around = JSON.stringify(given);
    const known = kept.get(file);
    if (known?.text === text && known.around === around) return known.runbook;
    const runbook = load(text, file, given);
    kept.delete(file);
    kept.set(file, { text, around, runbook });
    const oldest = kept.size > mostKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return runbook;
  };
}
