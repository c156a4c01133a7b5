import { detailOf, sameValue } from '../../copilot/plan/detail.ts';
import type { Plan } from '../../copilot/plan/plan.ts';
import { stepIds } from '../../copilot/plan/read.ts';
import type { ExecutionView } from '../../protocol/chat.ts';
import { type ApprovalView, finalStatuses, type RunDetail, type StepView } from '../../protocol/run.ts';
import { visible } from '../../protocol/visible.ts';
import type { Question } from '../chat-port.ts';

/** What carrying out a plan needs; none of it is VS Code. */
export interface ExecutionPorts {
  /** Writes the runbook that a plan became, or says which it is; gives its absolute path. Rejects where there is no folder for it. */
  write(name: string, text: string): Promise<string>;
  /** Leads from there to the folder that paths in a sentence start from: `../../`. */
  readonly up: string;
  read(file: string): Promise<string>;
  /** Asks for a run with the assistant's right, which approves nothing. */
  request(file: string): Promise<RunDetail>;
  show(run: string): Promise<RunDetail>;
  /** Approves exactly this question, after asking in the editor's own dialog where the risk demands it, or `look`: the card did not show all of it. */
  approve(question: Question, look: boolean): Promise<boolean>;
  onRunsChanged(listener: () => void): () => void;
}

/** What a card showed, and may answer for. */
export interface Confirmed {
  readonly plan: Plan;
  /** SHA-256, in hex, of the runbook that the card became. A run of any other text is only watched. */
  readonly digest: string;
  /** Whether the person who pressed the button is still there to be answered for. */
  stands(): boolean;
}

export interface Teller {
  view(view: ExecutionView): void;
  /** Undefined: the engine, which could not be reached, answers again. */
  trouble(error: unknown): undefined;
}

/**
 * Follows the run of a plan to its end.
 * 1. Only a question for exactly what the card showed, in a run of exactly the text that it became, is answered for the person who pressed
 *    the button. Any other waits for them, and the card says so.
 * 2. A question that the person declined is not asked again from here.
 * 3. What goes wrong on the way is told and ends nothing: the run goes on in the engine, and is looked at again when something changes.
 */
export async function carryOut(run: string, confirmed: Confirmed, ports: ExecutionPorts, tell: Teller): Promise<RunDetail> {
  const asked = new Set<string>();
  for (let unreached = false; ; ) {
    const changed = nextChange(ports);
    const detail = await ports.show(run).catch((error: unknown) => tell.trouble(error));
    if (detail === undefined) {
      unreached = true;
      await changed.happened;
      continue;
    }
    if (unreached) tell.trouble(undefined);
    unreached = false;
    const question = detail.approvals.find((approval) => !asked.has(approval.digest) && answers(approval, detail, confirmed));
    tell.view(executionOf(detail, confirmed.plan, question === undefined));
    const ended = finalStatuses.includes(detail.status);
    if (!ended && question === undefined) await changed.happened;
    changed.stop();
    if (ended) return detail;
    if (question === undefined) continue;
    asked.add(question.digest);
    // Settings are not on the card, and decide where something is blocked or isolated. Of low risk is what only looks, or tells people.
    const look = question.request.settings !== undefined && question.risk !== 'low';
    await ports.approve({ run, step: question.step, digest: question.digest }, look).catch((error: unknown) => tell.trouble(error));
  }
}

const answers = (approval: ApprovalView, { fileDigest }: RunDetail, { plan, digest, stands }: Confirmed): boolean =>
  fileDigest === digest && stands() && isOfPlan(approval, plan);

/** Looked for before the state is read, so that no change falls between. */
function nextChange({ onRunsChanged }: ExecutionPorts): { readonly happened: Promise<void>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = onRunsChanged(() => {
    stop();
    resolve();
  });
  return { happened: promise, stop };
}

/** Whether the engine asks for just what the person saw: this action, on this machine, with these values. */
export function isOfPlan(approval: ApprovalView, plan: Plan): boolean {
  const index = stepIds(plan.actions.map(({ uses }) => uses)).indexOf(approval.step);
  const action = plan.actions[index];
  const { kind, action: uses, with: given = {}, retryWith, target, connection, env } = approval.request;
  if (action === undefined || approval.status !== 'pending' || approval.kind !== 'approval' || kind !== 'action') return false;
  if (uses !== action.uses || target !== (action.target ?? 'local') || Object.keys(env).length > 0) return false;
  if (retryWith !== undefined || connection !== undefined) return false;
  return (
    sameValue(Object.keys(given).sort(), Object.keys(action.with).sort()) &&
    Object.entries(action.with).every(([name, value]) => isOutput(value) || sameValue(given[name], value))
  );
}

/** Written by the rules alone, for the table of an action before: sentences and models cannot. What it became is known when it is asked. */
const isOutput = (value: unknown): boolean => typeof value === 'string' && /^\$\{\{ steps\.[\w-]+\.outputs\.\w+ \}\}$/.test(value);

/** `unanswered`: what waits is not answered from here. */
export function executionOf(detail: RunDetail, plan: Plan, unanswered = true): ExecutionView {
  const ids = stepIds(plan.actions.map(({ uses }) => uses));
  const ended = detail.finishedAt === undefined ? undefined : Date.parse(detail.finishedAt) - Date.parse(detail.createdAt);
  return {
    run: detail.id,
    status: detail.status,
    ...(unanswered ? waitsFor(detail) : {}),
    ...(ended === undefined ? {} : { milliseconds: Math.max(0, ended) }),
    actions: plan.actions.map(({ uses, summary }, index) => {
      const id = ids[index] ?? '';
      const step = detail.steps.find((view) => view.id === id);
      const over = finalStatuses.includes(detail.status);
      const said = step && (step.error?.message ?? detailOf(uses, step.outputs));
      return {
        step: id,
        summary: visible(summary, 'line'),
        status: statusOf(step, over),
        ...(said === undefined ? {} : { detail: visible(said) }),
        ...(step?.error === undefined ? {} : { remedy: visible(step.error.remedy) }),
      };
    }),
  };
}

function waitsFor({ approvals, status }: RunDetail): Pick<ExecutionView, 'waits'> {
  const [open] = finalStatuses.includes(status) ? [] : approvals.filter((approval) => approval.status === 'pending');
  if (open === undefined) return {};
  const step = visible(open.step, 'line').slice(0, 120);
  const what = open.kind === 'unknown-outcome' ? `Nobody knows what became of “${step}”` : `“${step}” waits for an answer`;
  return { waits: `${what}: the Approvals view shows exactly what would run, and takes the answer.` };
}

function statusOf(step: StepView | undefined, over: boolean): ExecutionView['actions'][number]['status'] {
  switch (step?.status) {
    case 'succeeded':
      return 'succeeded';
    case 'failed':
    case 'unknown':
      return 'failed';
    case 'running':
      return 'running';
    case 'waiting_approval':
      return over ? 'skipped' : 'waiting';
    case 'skipped':
    case 'cancelled':
    case 'undone':
      return 'skipped';
    default:
      return over ? 'skipped' : 'pending';
  }
}
