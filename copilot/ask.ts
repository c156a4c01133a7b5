import type { Problem } from '../runbook/core/errors.ts';
import type { Json } from '../runbook/core/json.ts';
import type { Risk } from '../runbook/core/model.ts';
import { type Acted, type Acting, actOn } from './act.ts';
import { type Block, buildContext, type Context, dataBlock } from './context/build.ts';
import type { Sources } from './context/ports.ts';
import { converse } from './converse.ts';
import { type EditedByRules, editByRules } from './edit/edit.ts';
import { type Explained, explain } from './explain/explain.ts';
import type { Diagnosis } from './explain/pattern.ts';
import { type Intent, intentOf, isApprovalTalk, isExplicitQuestion } from './intent.ts';
import type { Missing, Plan } from './plan/plan.ts';
import { diagnosisHeading, systemPrompt } from './prompts.ts';
import type { Proposal, TextEdit } from './proposals/proposal.ts';
import type { Message, Model } from './providers/model.ts';
import { answerOffline, asksAboutFailure, offlineName } from './providers/offline.ts';
import { builtInLanguage } from './tools/language.ts';
import type { ToolPorts } from './tools/ports.ts';
import { type CallRecord, Toolbox } from './tools/toolbox.ts';

/** An earlier question with its answer, oldest first. */
export interface Exchange {
  readonly question: string;
  readonly answer: string;
}

export interface AskRequest {
  readonly text: string;
  readonly sources: Sources;
  /** Without one the offline rules answer. */
  readonly model?: Model;
  readonly history?: readonly Exchange[];
  /** Without it no sentence becomes actions. */
  readonly acting?: Acting;
  readonly signal: AbortSignal;
  /** What a model may reach with tools; without it, it has the context alone. */
  readonly tools?: Omit<ToolPorts, 'sources'>;
  /** Called before anything is sent: exactly this goes to the model. Once more where the model found it too long and it was shortened. */
  readonly onContext?: (given: Given) => void;
  /** Text as it arrives. */
  readonly onText?: (text: string) => void;
  /** What is being waited for, in one line. */
  readonly onStatus?: (text: string) => void;
  /** A tool was used, or refused. */
  readonly onCall?: (record: CallRecord) => void;
}

/** What the answer is based on. */
export interface Given {
  readonly blocks: readonly Block[];
  readonly text: string;
  readonly notes: readonly string[];
  readonly run?: string;
}

/** As `runwright ask --json` prints it. */
export interface Answer {
  readonly kind: Intent;
  readonly answer?: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly diagnosis?: Diagnosis;
  /** What the sentence would do, what is missing for it, the highest risk, and the runbook it becomes once nothing is missing. */
  readonly actions?: readonly { readonly uses: string; readonly with: Readonly<Record<string, Json>> }[];
  readonly missing?: readonly Omit<Missing, 'index'>[];
  readonly risk?: Risk;
  readonly runbook?: string;
  /** Of the last proposed change of the open runbook: lines and characters from 0. */
  readonly edits?: readonly TextEdit[];
  /** The same for the surface that goes on with it. */
  readonly plan?: Plan;
  /** `offline`, or the model's name. */
  readonly model: string;
  /** Why `answer` is only the beginning of one, or missing. */
  readonly problem?: Problem;
  /** Every tool that a model asked for, in order. */
  readonly toolCalls?: readonly CallRecord[];
  /** For a person to look at; none of them is applied. */
  readonly proposals?: readonly Proposal[];
}

/** Characters of earlier exchanges that are sent along: the newest that fit. */
const historyBudget = 20_000;

/** What would be given with the next question: for a model of `budget` characters. */
export async function prepare(
  sources: Sources,
  budget?: number,
  question = '',
): Promise<{ context: Context; explained: Explained | undefined; given: Given }> {
  const context = await buildContext(sources, budget);
  const { material } = context;
  // A step that the question names goes before the one under the cursor.
  const named = material.run?.steps.find((step) => step.error !== undefined && question.split(/[\s`'"?.,!]+/).includes(step.id))?.id;
  const explained = material.run && explain(material.run, material.outputs, material.runbook, named ?? material.step);
  const evidence = explained === undefined ? [] : [dataBlock(diagnosisHeading, { ...explained.diagnosis }, [])];
  const blocks = [...context.blocks, ...evidence];
  return {
    context,
    explained,
    given: { blocks, text: blocks.map((block) => block.text).join('\n\n'), notes: context.notes, run: material.run?.id },
  };
}

/**
 * Answers one question: the loop behind the chat and the command line.
 * Rejects only when aborted, or for a run that was named and does not exist; what goes wrong with a model is in `problem`.
 */
export async function ask(request: AskRequest): Promise<Answer> {
  const { text, sources, model, signal, onText } = request;
  const open = isExplicitQuestion(text) && !asksForFix.test(text) ? undefined : await sources.documents?.open();
  const language = request.tools?.language ?? builtInLanguage;
  const edited = open && (await editByRules(open, text, language));
  if (
    edited?.kind === 'proposal' ||
    (edited?.kind === 'cannot' && model === undefined && intentOf(text) === 'edit' && !asksForFix.test(text))
  ) {
    signal.throwIfAborted();
    return asEdit(edited, onText);
  }
  const acted = request.acting && (await actOn(text, request.acting));
  if (acted !== undefined) {
    signal.throwIfAborted();
    onText?.(acted.answer);
    return await asAction(acted, text);
  }
  const kind = intentOf(text);
  const { context, explained, given } = await prepare(sources, model?.budget, text);
  signal.throwIfAborted();
  request.onContext?.(given);
  const fix = open !== undefined && asksForFix.test(text) ? explained?.fix : undefined;
  const fixed = fix === undefined || open === undefined ? undefined : await editByRules(open, fix, language);
  if (explained !== undefined && fixed?.kind === 'proposal') return asFix(explained, fixed.proposal, onText);
  const diagnosis = kind === 'question' && asksAboutFailure(text) ? explained?.diagnosis : undefined;
  // Words of consent never reach a model: there is nothing that it could do with them.
  const forModel = model !== undefined && (kind !== 'action' || (request.tools?.starter !== undefined && !isApprovalTalk(text)));
  // Where no change of the runbook is the remedy, the explanation says what is.
  const explains = explained !== undefined && asksForFix.test(text);
  if ((kind === 'action' || kind === 'edit') && !forModel && !explains) {
    const answer = kind === 'edit' ? cannotEdit : isApprovalTalk(text) ? cannotApprove : cannotRun;
    onText?.(answer);
    return { kind, answer, confidence: 1, model: offlineName };
  }
  if (model === undefined) {
    const { text: answer, confidence } = answerOffline(text, context.material, explained);
    onText?.(answer);
    return { kind, answer, confidence, diagnosis, model: offlineName };
  }
  const toolbox = request.tools && new Toolbox({ ...request.tools, sources }, request.onCall);
  const messages = messagesFor(text, given, request.history ?? []);
  const shorten = async (): Promise<Message[] | undefined> => {
    const size = messages.reduce((sum, message) => sum + message.content.length, 0);
    const smaller = (await prepare(sources, Math.floor(given.text.length / 2), text)).given;
    const next = messagesFor(text, smaller, []);
    if (next.reduce((sum, message) => sum + message.content.length, 0) >= size) return undefined;
    request.onContext?.(smaller);
    return next;
  };
  const { onStatus } = request;
  const end = await converse({ model, messages, toolbox, signal, onText, onStatus, shorten });
  const plan = toolbox?.plan;
  return {
    kind,
    answer: end.text,
    ...(plan === undefined ? {} : await planned(plan, text)),
    confidence: end.problem === undefined ? (diagnosis === undefined ? 0.6 : 0.8) : 0,
    diagnosis,
    model: model.name,
    ...(end.problem === undefined ? {} : { problem: end.problem }),
    ...(toolbox === undefined || toolbox.records.length === 0 ? {} : { toolCalls: toolbox.records }),
    ...(toolbox === undefined || toolbox.proposals.length === 0 ? {} : proposed(toolbox.proposals)),
  };
}

function proposed(proposals: readonly Proposal[]): Pick<Answer, 'proposals' | 'edits'> {
  const edit = proposals.findLast((proposal) => proposal.kind === 'edit');
  return { proposals, ...(edit === undefined ? {} : { edits: edit.edits }) };
}

function asEdit(edited: EditedByRules, onText: AskRequest['onText']): Answer {
  const proposal = edited.kind === 'proposal' ? edited.proposal : undefined;
  const answer = edited.kind === 'proposal' ? `${edited.proposal.summary}. Nothing is changed until you apply it.` : edited.why;
  onText?.(answer);
  return {
    kind: 'edit',
    answer,
    confidence: proposal === undefined ? 0 : 0.95,
    model: offlineName,
    ...(proposal === undefined ? {} : proposed([proposal])),
  };
}

/** "Propose a fix", "/fix", "fix this failure": what the explanation would change in the open runbook. */
const asksForFix =
  /^\s*(?:(?:please|can you|could you)\s+)*(?:(?:propose|suggest|show|make|find)\s+(?:me\s+)?(?:a|the)\s+fix|fix\s+(?:it|this|that|the\s+(?:failure|error|problem|run|step|runbook)|step)|\/fix|how (?:do|can|could) (?:i|we) fix|what change\b.*\bfix)\b/i;

function asFix({ diagnosis, confidence }: Explained, proposal: Proposal, onText: AskRequest['onText']): Answer {
  const answer = `The step \`${diagnosis.step}\` did not end well. ${diagnosis.cause}\n\n${proposal.summary}. Nothing is changed until you apply it.`;
  onText?.(answer);
  return { kind: 'edit', answer, confidence, diagnosis, model: offlineName, ...proposed([proposal]) };
}

async function asAction({ answer, plan }: Acted, text: string): Promise<Answer> {
  const base = { kind: 'action' as const, answer, model: offlineName };
  if (plan === undefined) return { ...base, confidence: 1 };
  return { ...base, confidence: plan.confidence, ...(await planned(plan, text)) };
}

/** A plan as an answer shows it; the writer of YAML is loaded when first needed. */
async function planned(plan: Plan, text: string): Promise<Pick<Answer, 'kind' | 'actions' | 'missing' | 'risk' | 'runbook' | 'plan'>> {
  const { planText } = await import('./plan/runbook.ts');
  return {
    kind: 'action',
    actions: plan.actions.map(({ uses, with: given }) => ({ uses, with: given })),
    missing: plan.missing.map(({ index: _index, ...piece }) => piece),
    risk: plan.risk,
    ...(plan.missing.length === 0 ? { runbook: planText(plan, text) } : {}),
    plan,
  };
}

const cannotRun =
  'I cannot start, stop or repeat anything from this chat yet. To run the open runbook use **Run Runbook** (the ▷ above the editor, or "Runwright: Run Runbook" in the command palette); a run that goes on can be cancelled in the Runs view.';
const cannotApprove =
  'Words in a chat approve nothing. What waits for an answer is in the **Approvals** view: it shows exactly what would run, and you approve or reject it there.';
const cannotEdit =
  'The rules do not know this edit, or no runbook is open for it. Say it in one sentence, such as "add a timeout of 5 minutes to the step check", or choose a model for freer words; the editor also offers fixes for the problems it marks (the light bulb).';

export function messagesFor(question: string, given: Given, history: readonly Exchange[]): Message[] {
  const earlier: Message[] = [];
  let left = historyBudget;
  for (const exchange of history.toReversed()) {
    left -= exchange.question.length + exchange.answer.length;
    if (left < 0) break;
    if (exchange.answer !== '')
      earlier.unshift({ role: 'user', content: exchange.question }, { role: 'assistant', content: exchange.answer });
  }
  const system = given.text === '' ? systemPrompt : `${systemPrompt}\n\n${given.text}`;
  return [{ role: 'system', content: system }, ...earlier, { role: 'user', content: question }];
}
