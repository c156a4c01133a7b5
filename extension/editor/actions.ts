import * as vscode from 'vscode';
import { languageId } from '../contributions.ts';
import type { Services } from '../services.ts';
import { setting } from '../settings.ts';
import { runProblems } from './status.ts';
import { stepAt } from './steps.ts';

/** What can be done about a failure shown at its step. */
export function failureActions(services: Services): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    { language: languageId },
    {
      async provideCodeActions(document, range, context) {
        const problem = context.diagnostics.find((item) => item.source === runProblems);
        const run = services.store.current(document.uri.fsPath);
        if (!problem || !run) return [];
        const step = stepAt((await services.language.outline(document.uri))?.steps ?? [], range.start.line);
        const argument = { run: run.id, step: step?.path };
        return [
          ...(setting('ai.enabled')
            ? [
                action('Ask Copilot About This Failure', 'runwright.explainFailure', argument, problem),
                action('Propose a Fix', 'runwright.explainFailure', { ...argument, fix: true }, problem),
              ]
            : []),
          action('Show Run Output', 'runwright.openRun', { run: run.id }, problem),
        ];
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function action(title: string, command: string, argument: unknown, problem: vscode.Diagnostic): vscode.CodeAction {
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  made.command = { command, title, arguments: [argument] };
  made.diagnostics = [problem];
  return made;
}
