import * as vscode from 'vscode';
import type { ApprovalView, RiskLevel } from '../../protocol/run.ts';
import type { Question } from '../chat-port.ts';
import { Refusal } from '../engine/problem.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { describe } from './describe.ts';

// Invariant 3 of docs/architecture.md: whoever asks, wherever the button was, an answer is given here and for what the engine says now.

const dialogFrom: readonly RiskLevel[] = ['high', 'critical'];

/** Approves exactly the question that was shown; with `look` the dialog shows it at any risk. @returns whether it was approved. */
export async function approve(services: Services, question: Question, look = false): Promise<boolean> {
  if (!(await requireTrust('approve anything'))) return false;
  const approval = await standing(services, question, 'approval');
  if ((look || dialogFrom.includes(approval.risk)) && !(await confirm(services, approval, 'Approve'))) return false;
  const engine = await services.engine();
  services.store.put(await engine.approve(question.run, { step: question.step, digest: approval.digest, via: 'vscode' }));
  return true;
}

export async function reject(services: Services, question: Question, note?: string): Promise<void> {
  const approval = await standing(services, question, 'approval');
  const engine = await services.engine();
  services.store.put(
    await engine.reject(question.run, { step: question.step, digest: approval.digest, via: 'vscode', ...(note ? { note } : {}) }),
  );
}

/** Says what became of a step whose outcome nobody knows. @returns whether it was said. */
export async function answer(services: Services, question: Question, outcome: 'succeeded' | 'failed' | 'repeat'): Promise<boolean> {
  if (outcome === 'repeat' && !(await requireTrust('run anything'))) return false;
  const approval = await standing(services, question, 'unknown-outcome');
  if (outcome === 'repeat' && dialogFrom.includes(approval.risk) && !(await confirm(services, approval, 'Repeat'))) return false;
  const engine = await services.engine();
  services.store.put(await engine.answer(question.run, { step: question.step, answer: outcome, via: 'vscode' }));
  return true;
}

/** The question as the engine has it now; refuses when it is another one, or none. */
async function standing(services: Services, question: Question, kind: ApprovalView['kind']): Promise<ApprovalView> {
  const detail = await (await services.engine()).show(question.run);
  services.store.put(detail);
  const approval = detail.approvals.find((item) => item.step === question.step && item.status === 'pending' && item.kind === kind);
  if (!approval)
    throw new Refusal(`The step ${question.step} does not wait for this answer any more.`, 'The Runs view shows where its run stands.');
  if (approval.run !== question.run || approval.digest !== question.digest)
    throw new Refusal(`What the step ${question.step} would run is not what was shown.`, 'Look at the question again and answer that one.');
  return approval;
}

/** VS Code's own dialog: nothing that a runbook or a webview says can stand in its place. */
async function confirm(services: Services, approval: ApprovalView, button: string): Promise<boolean> {
  const { headline, detail, hidden } = describe(approval);
  const look = 'Show It in an Editor';
  const more = hidden > 0 ? `\n\nNot everything fits here (${hidden} more ${hidden === 1 ? 'line' : 'lines'}).` : '';
  // The first button has the focus: an Enter too many must not be an approval.
  const chosen = await vscode.window.showWarningMessage(headline, { modal: true, detail: detail + more }, look, button);
  if (chosen === look) await services.showRequest(approval);
  return chosen === button;
}
