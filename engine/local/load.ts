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
