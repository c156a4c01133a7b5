import * as vscode from 'vscode';
import type { OutlineStep } from '../../protocol/lsp.ts';
import { type CommandId, languageId } from '../contributions.ts';
import type { Services } from '../services.ts';
import { onSettingChange, setting } from '../settings.ts';
import { runnable } from './steps.ts';

/** Run above the runbook and above each step; the answers where a step waits for one. */
export function codeLenses(services: Services): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const stop = services.store.onChange(() => changed.fire());
  void services.language.ready.then(
    () => changed.fire(),
    () => undefined,
  );
  const provider = vscode.languages.registerCodeLensProvider(
    { language: languageId },
    {
      onDidChangeCodeLenses: changed.event,
      async provideCodeLenses(document) {
        const outline = await services.language.outline(document.uri);
        if (!outline) return [];
        const file = document.uri.fsPath;
        return [
          lens(0, '$(play) Run Runbook', 'runwright.run', { file }),
          ...outline.steps.flatMap((step) => stepLenses(services, file, step)),
        ];
      },
    },
  );
  return vscode.Disposable.from(
    provider,
    changed,
    { dispose: stop },
    onSettingChange('ai.enabled', () => changed.fire()),
  );
}

function stepLenses(services: Services, file: string, step: OutlineStep): vscode.CodeLens[] {
  const line = step.range.start.line;
  const run = services.store.current(file);
  const question = services.store.questions.find((item) => item.run === run?.id && item.step === step.path);
  const failed = run?.steps.some((item) => item.id === step.path && item.status === 'failed') ?? false;
  return [
    ...(question?.kind === 'approval'
      ? [lens(line, '$(check) Approve', 'runwright.approve', question), lens(line, '$(close) Reject', 'runwright.reject', question)]
      : []),
    ...(question?.kind === 'unknown-outcome'
      ? [lens(line, '$(question) Say What Became of the Step', 'runwright.answerUnknown', question)]
      : []),
    ...(failed && setting('ai.enabled')
      ? [lens(line, '$(comment-discussion) Ask Copilot About This Failure', 'runwright.explainFailure', { run: run?.id, step: step.path })]
      : []),
    ...(runnable([step]).length > 0 ? [lens(line, '$(debug-step-over) Run Step', 'runwright.runStep', { file, step: step.path })] : []),
  ];
}

function lens(line: number, title: string, command: CommandId, argument: unknown): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [argument] });
}
