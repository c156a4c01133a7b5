import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { loadRunbook } from '../../runbook/load.ts';
import { report } from '../../runbook/report.ts';
import type { Surroundings } from '../../runbook/surroundings.ts';
import type { Snapshot } from '../kernel/snapshot.ts';

/** The runbook in a text. Throws `runbook-invalid` with the number of errors and the first of them. */
export function loadForRun(text: string, file: string, actions: readonly ActionManifest[], targets: Snapshot['targets'] = {}): Runbook {
  const { runbook, diagnostics } = loadRunbook(text, { file, actions, around: aroundOf(targets) });
  if (runbook) return runbook;
  const errors = report(
    text,
    diagnostics.filter(({ severity }) => severity === 'error'),
    file,
  );
  const first = errors[0];
  const where = first ? `line ${first.line}: ${first.message}` : 'it is empty';
  throw new ProblemError(
    problem('runbook-invalid', { file, count: errors.length === 1 ? '1 error' : `${errors.length} errors`, first: where }),
  );
}

/** What the file may refer to; the runbooks that it calls are read by whoever starts it. */
function aroundOf(targets: Snapshot['targets']): Surroundings {
  const range = { start: 0, end: 0 };
  return { targets: Object.entries(targets).map(([name, { type }]) => ({ name, type, file: '', range })), called: () => undefined };
}

export type Load = (text: string, file: string, targets?: Snapshot['targets']) => Runbook;

const mostKept = 16;

/** The same text under the same name is read once: an alert may start one runbook a hundred times, and nobody changes what was read. */
export function lastLoaded(load: Load): Load {
  const kept = new Map<string, { readonly text: string; readonly targets: string; readonly runbook: Runbook }>();
  return (text, file, given = {}) => {
    const targets = JSON.stringify(given);
    const known = kept.get(file);
    if (known?.text === text && known.targets === targets) return known.runbook;
    const runbook = load(text, file, given);
    kept.delete(file);
    kept.set(file, { text, targets, runbook });
    const oldest = kept.size > mostKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return runbook;
  };
}
