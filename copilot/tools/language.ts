import { builtInActions } from '../../runbook/actions.ts';
import { loadRunbook } from '../../runbook/load.ts';
import { report } from '../../runbook/report.ts';
import type { Language } from './ports.ts';

/** What is known without a workspace: the built-in actions, and nothing beside the text. */
export const builtInLanguage: Language = {
  actions: async () => builtInActions,
  check: async (text, file = '') =>
    report(text, loadRunbook(text, { actions: builtInActions }).diagnostics, file).map(({ line, severity, code, message }) => ({
      line,
      severity,
      code,
      message,
    })),
};
