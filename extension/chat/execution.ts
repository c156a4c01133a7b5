import { detailOf, sameValue } from '../../copilot/plan/detail.ts';
import type { Plan } from '../../copilot/plan/plan.ts';
import { stepIds } from '../../copilot/plan/read.ts';
import type { ExecutionView } from '../../protocol/chat.ts';
import { type ApprovalView, finalStatuses, type RunDetail, type StepView } from '../../protocol/run.ts';
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
  /** Approves exactly this question, after asking in the editor's own dialog where the risk demands it. */
  approve(question: Question): Promise<boolean>;
  onRunsChanged(listener: () => void): () => void;
}

/**
 * Follows the run of a plan to its end.
 * 1. Only a question for exactly what the card showed is answered for the person who pressed the button; any other waits for them.
 * 2. A question that the person declined is not asked again from here.
 */
export async function carryOut(run: RunDetail, plan: Plan, ports: ExecutionPorts, show: (view: ExecutionView) => void): Promise<RunDetail> {
  const asked = new Set<string>();
  for (let detail = run; ; detail = await ports.show(run.id)) {
    const changed = nextChange(ports);
    show(executionOf(detail, plan));
    if (finalStatuses.includes(detail.status)) {
      changed.stop();
      return detail;
    }
    const question = detail.approvals.find((approval) => !asked.has(approval.digest) && isOfPlan(approval, plan));
    if (question === undefined) await changed.happened;
    else {
      changed.stop();
      asked.add(question.digest);
      await ports.approve({ run: detail.id, step: question.step, digest: question.digest });
    }
  }
}

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
  const { kind, action: uses, with: given = {}, target, env } = approval.request;
  if (action === undefined || approval.status !== 'pending' || approval.kind !== 'approval' || kind !== 'action') return false;
  if (uses !== action.uses || target !== (action.target ?? 'local') || Object.keys(env).length > 0) return false;
  return sameValue(given, action.with);
}

export function executionOf(detail: RunDetail, plan: Plan): ExecutionView {
  const ids = stepIds(plan.actions.map(({ uses }) => uses));
  const ended = detail.finishedAt === undefined ? undefined : Date.parse(detail.finishedAt) - Date.parse(detail.createdAt);
  return {
    run: detail.id,
    status: detail.status,
    ...(ended === undefined ? {} : { milliseconds: Math.max(0, ended) }),
    actions: plan.actions.map(({ uses, summary }, index) => {
      const id = ids[index] ?? '';
      const step = detail.steps.find((view) => view.id === id);
      const over = finalStatuses.includes(detail.status);
      const said = step === undefined ? undefined : (step.error?.message ?? detailOf(uses, step.outputs));
      return {
        step: id,
        summary,
        status: statusOf(step, over),
        ...(said === undefined ? {} : { detail: said }),
        ...(step?.error === undefined ? {} : { remedy: step.error.remedy }),
      };
    }),
  };
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
