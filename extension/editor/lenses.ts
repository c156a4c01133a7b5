import * as vscode from 'vscode';
import type { OutlineStep } from '../../protocol/lsp.ts';
import type { ApprovalView } from '../../protocol/run.ts';
import { type CommandId, languageId } from '../contributions.ts';
import { canRetry } from '../runs/contexts.ts';
import type { Services } from '../services.ts';
import { onSettingChange, setting } from '../settings.ts';
import { runnable, stepFinder } from './steps.ts';

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
        return [lens(0, '$(play) Run Runbook', 'runwright.run', { file }), ...stepLenses(services, file, outline.steps)];
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

function stepLenses(services: Services, file: string, steps: readonly OutlineStep[]): vscode.CodeLens[] {
  const run = services.store.current(file);
  const find = stepFinder(steps);
  // A step of a loop has as many instances as the loop has items.
  const ofRun = services.store.questions.filter((item) => item.run === run?.id && item.file === file);
  const questions = Map.groupBy(ofRun, (item) => find(item.step));
  const ended = (run?.steps ?? []).filter((item) => item.status === 'failed' && (item.file ?? run?.file) === file);
  const failed = new Map(ended.map((item) => [find(item.id), item.id]));
  return steps.flatMap((step) => {
    const line = step.range.start.line;
    const lost = failed.get(step);
    return [
      ...questionLenses(line, questions.get(step) ?? []),
      ...(lost !== undefined && setting('ai.enabled')
        ? [lens(line, '$(comment-discussion) Ask Copilot About This Failure', 'runwright.explainFailure', { run: run?.id, step: lost })]
        : []),
      ...(lost !== undefined && run && canRetry(run)
        ? [lens(line, '$(debug-restart) Retry Step', 'runwright.retryStep', { run: run.id, step: lost })]
        : []),
      ...(runnable([step]).length > 0 ? [lens(line, '$(debug-step-over) Run Step', 'runwright.runStep', { file, step: step.path })] : []),
    ];
  });
}

function questionLenses(line: number, questions: readonly ApprovalView[]): vscode.CodeLens[] {
  const [question] = questions;
  if (!question) return [];
  if (questions.length > 1)
    return [lens(line, `$(debug-pause) ${questions.length} Wait for an Answer`, 'runwright.approvals.focus', undefined)];
  if (question.kind === 'unknown-outcome')
    return [lens(line, '$(question) Say What Became of the Step', 'runwright.answerUnknown', question)];
  return [lens(line, '$(check) Approve', 'runwright.approve', question), lens(line, '$(close) Reject', 'runwright.reject', question)];
}

function lens(line: number, title: string, command: CommandId | 'runwright.approvals.focus', argument: unknown): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [argument] });
}
