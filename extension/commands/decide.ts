import * as vscode from 'vscode';
import type { ApprovalView } from '../../protocol/run.ts';
import { describe } from '../approvals/describe.ts';
import { answer, approve as approveGuarded, reject as rejectGuarded } from '../approvals/guard.ts';
import type { Question } from '../chat-port.ts';
import { approverWords, oneLine, stepTitle } from '../runs/words.ts';
import type { Services } from '../services.ts';
import { tellBriefly } from '../tell.ts';
import { field, questionOf } from './arguments.ts';
import type { Handler } from './handler.ts';

/** Approve. With `{ run, step, digest }` that question, else one that is chosen. Returns whether it was approved. */
export const approve: Handler = async (services, argument) => {
  const question = questionOf(argument) ?? (await chooseQuestion(services, 'approval', 'Approve'));
  if (!question) return false;
  const approved = await approveGuarded(services, question);
  if (approved) tellBriefly(`$(check) Approved ${question.step}`);
  return approved;
};

/** Reject, with a note that is kept with the run. `note` may be given, too: then nothing is asked. */
export const reject: Handler = async (services, argument) => {
  const question = questionOf(argument) ?? (await chooseQuestion(services, 'approval', 'Reject'));
  if (!question) return false;
  const note =
    field(argument, 'note') ??
    (await vscode.window.showInputBox({
      title: `Reject ${question.step}`,
      prompt: 'Why? The note is kept with the run; it may stay empty.',
      ignoreFocusOut: true,
    }));
  if (note === undefined) return false;
  await rejectGuarded(services, question, note);
  tellBriefly(`$(close) Rejected ${question.step}`);
  return true;
};

const outcomes = [
  { label: 'It Succeeded', description: 'the run goes on after it', outcome: 'succeeded' },
  { label: 'It Failed', description: 'the run does what it does when this step fails', outcome: 'failed' },
  { label: 'Repeat It', description: 'it is run once more', outcome: 'repeat' },
] as const;

/** Say What Became of the Step: the engine ended while it ran and cannot know. */
export const answerUnknown: Handler = async (services, argument) => {
  const question = questionOf(argument) ?? (await chooseQuestion(services, 'unknown-outcome', 'Say What Became of the Step'));
  if (!question) return false;
  const given = outcomes.find((item) => item.outcome === field(argument, 'answer'));
  const chosen =
    given ??
    (await vscode.window.showQuickPick([...outcomes], {
      title: `What became of ${question.step}?`,
      placeHolder: 'The engine ended while this step ran. Find out whether it took effect, then say so.',
      ignoreFocusOut: true,
    }));
  return chosen ? answer(services, question, chosen.outcome) : false;
};

async function chooseQuestion(services: Services, kind: ApprovalView['kind'], title: string): Promise<Question | undefined> {
  await services.store.reload();
  const questions = services.store.questions.filter((question) => question.kind === kind);
  if (questions.length === 0) {
    void vscode.window.showInformationMessage(
      kind === 'approval' ? 'Nothing waits for an approval.' : 'No step has an outcome that is unknown.',
    );
    return undefined;
  }
  const items = questions.map((question) => ({
    label: stepTitle({ id: question.step, name: question.stepName }),
    description: [question.runbook, `risk ${question.risk}`, ...approverWords(question)].join(' · '),
    detail: oneLine([question.message, question.request.script ?? question.request.action ?? ''].filter(Boolean).join(' — ')),
    tooltip: describe(question).detail,
    question,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Which step?', matchOnDescription: true }))?.question;
}
