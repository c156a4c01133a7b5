import { type CheckTextParams, checkTextMethod, type TextProblem } from '../../protocol/lsp.ts';
import { analyse } from '../../runbook/analyse.ts';
import { report } from '../../runbook/report.ts';
import type { Feature } from '../feature.ts';

/** A request of ours: what would be wrong with a text that somebody proposes? The same rules as for what is open. */
export const checkText: Feature = {
  capability: {},
  register({ connection, beyond, guarded }) {
    connection.onRequest(
      checkTextMethod,
      guarded<CheckTextParams, TextProblem[]>(
        checkTextMethod,
        // Nobody may take a check that failed for one that found nothing.
        [{ line: 1, severity: 'error', code: 'not-checked', message: 'The text could not be checked.' }],
        ({ uri, text }) =>
          report(text, analyse(text, { ...beyond(uri), file: uri }).diagnostics, uri).map(({ line, severity, code, message }) => ({
            line,
            severity,
            code,
            message,
          })),
      ),
    );
  },
};
