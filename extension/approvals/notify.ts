import * as vscode from 'vscode';
import type { ApprovalView } from '../../protocol/run.ts';
import { oneLine } from '../runs/words.ts';
import type { Services } from '../services.ts';
import { keyOf } from '../views/approvals.ts';
import { unlinked, visible } from './describe.ts';

/** Milliseconds in which a card of the chat that a person has just confirmed answers for them. */
const patience = 1500;

/** Tells once about each question that comes up while the Approvals view cannot be seen. */
export function notifyApprovals(services: Services, isVisible: () => boolean): vscode.Disposable {
  const told = new Set<string>();
  const stop = services.store.onChange(() => {
    const waiting = services.store.questions;
    const keys = new Set(waiting.map(keyOf));
    for (const key of told) if (!keys.has(key)) told.delete(key);
    for (const question of waiting) {
      if (told.has(keyOf(question))) continue;
      told.add(keyOf(question));
      setTimeout(() => {
        const stands = services.store.questions.some((one) => keyOf(one) === keyOf(question));
        if (stands && !isVisible()) void notify(question);
      }, patience);
    }
  });
  return { dispose: stop };
}

async function notify(question: ApprovalView): Promise<void> {
  const unknown = question.kind === 'unknown-outcome';
  const what = `${visible(question.runbook, 'line')}: ${visible(question.stepName ?? question.step, 'line')}`;
  const text = unknown
    ? `${what}: nobody knows what became of this step.`
    : `${what} waits for approval (risk ${question.risk}). ${oneLine(visible(question.message, 'line'))}`;
  const answers: Record<string, string> = unknown
    ? { 'Say What Became of It…': 'runwright.answerUnknown' }
    : { 'Approve…': 'runwright.approve', Reject: 'runwright.reject' };
  const chosen = await vscode.window.showInformationMessage(unlinked(text), 'Show', ...Object.keys(answers));
  if (chosen === 'Show') await vscode.commands.executeCommand('runwright.approvals.focus');
  else if (chosen && answers[chosen])
    await vscode.commands.executeCommand(answers[chosen], { run: question.run, step: question.step, digest: question.digest });
}
