import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { loadRunbook } from '../../runbook/load.ts';
import { report } from '../../runbook/report.ts';

/** The runbook in a text. Throws `runbook-invalid` with the number of errors and the first of them. */
export function loadForRun(text: string, file: string, actions: readonly ActionManifest[]): Runbook {
  const { runbook, diagnostics } = loadRunbook(text, { file, actions });
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

const mostKept = 16;

/** The same text under the same name is read once: an alert may start one runbook a hundred times, and nobody changes what was read. */
export function lastLoaded(load: (text: string, file: string) => Runbook): typeof load {
  const kept = new Map<string, { readonly text: string; readonly runbook: Runbook }>();
  return (text, file) => {
    const known = kept.get(file);
    if (known?.text === text) return known.runbook;
    const runbook = load(text, file);
    kept.delete(file);
    kept.set(file, { text, runbook });
    const oldest = kept.size > mostKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return runbook;
  };
}
