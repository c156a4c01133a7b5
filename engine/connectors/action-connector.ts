import type { ActionManifest } from '../../runbook/core/action.ts';
import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Outcome } from '../kernel/command.ts';
import type { ActionCode } from './action.ts';
import { type ActionRequest, contextOf } from './action-context.ts';
import { inputChecker } from './action-input.ts';
import type { Attempt, Connector } from './connector.ts';
import { limitOutputs } from './output-limit.ts';
import { redactOutcome } from './redact/outcome.ts';
import { createRedactor } from './redact/redactor.ts';
import { createPool, type Pool, usualPool } from './ssh/pool.ts';
import { type StopReason, stopped } from './stopped.ts';

/** What is known of an action and what it does, by its name. */
export type ActionTable = Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>>;

/** How long code that was told to stop may take to do so: a statement is stopped on its server first. */
const usualGrace = 12_000;

export interface ActionOptions {
  /** Milliseconds that code which was told to stop may take. */
  readonly grace?: number;
  /** Connections to other machines, shared with the scripts that run there. */
  readonly pool?: Pool;
}

/** Runs catalogue actions inside the engine. What became of one after the engine died is not known. */
export function actionConnector(actions: ActionTable, { grace = usualGrace, pool = createPool(usualPool) }: ActionOptions = {}): Connector {
  const inputs = inputChecker();
  return {
    name: 'action',
    accepts: (request) => request.kind === 'action',
    async run(attempt) {
      const { request } = attempt;
      const redactor = createRedactor(attempt.secrets);
      if (request.kind !== 'action') return failed('internal', { why: `the action connector was given a ${request.kind}` });
      const action = Object.hasOwn(actions, request.action) ? actions[request.action] : undefined;
      if (!action) return failed('action-unknown', { action: request.action });
      try {
        const wrong = await inputs.check(action.manifest, request.with);
        if (wrong) return redactOutcome({ kind: 'failed', error: wrong }, redactor);
        const unfit = unfitTarget(action.manifest, request);
        if (unfit) return { kind: 'failed', error: unfit };
        const outcome = await withLimits(attempt, grace, (signal) =>
          action.code(request.with, contextOf(attempt, request, redactor, signal, pool)),
        );
        return limitOutputs(redactOutcome(outcome, redactor, attempt.secretOutputs));
      } catch (error) {
        if (error instanceof ProblemError) return redactOutcome({ kind: 'failed', error: error.problem }, redactor);
        return redactOutcome(failed('internal', { why: error instanceof Error ? error.message : String(error) }), redactor);
      }
    },
    recover: async () => undefined,
  };
}

/** Local is where the engine is: no target at all. */
export function unfitTarget(
  { name, targets }: ActionManifest,
  { target, connection }: Pick<ActionRequest, 'target' | 'connection'>,
): Problem | undefined {
  const type = typeof connection?.type === 'string' ? connection.type : 'local';
  const known = targets ?? ['local'];
  if (known.includes(type)) return undefined;
  const args = {
    action: name,
    types: known.join(' or '),
    first: known[0] ?? '',
    target: type === 'local' ? 'local' : `${target}, of type ${type}`,
  };
  const remedy = known.includes('local') ? { remedy: 'Give the step `target: local`.' } : {};
  return problem('target-needed', args, remedy);
}

/**
 * Tells the code to stop at the time limit or when cancelled, and waits no longer than `grace` for it to do so.
 * What was done by then counts: an action that succeeded all the same is not called stopped.
 */
async function withLimits(attempt: Attempt, grace: number, code: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  const own = new AbortController();
  const { promise: deaf, resolve } = Promise.withResolvers<Outcome>();
  let why: StopReason | undefined;
  let patience: NodeJS.Timeout | undefined;
  const end = (reason: StopReason) => {
    if (why) return;
    why = reason;
    patience = setTimeout(() => resolve(stopped(reason, attempt.timeout)), grace);
    own.abort();
  };
  const cancel = () => end('cancelled');
  if (attempt.signal.aborted) return stopped('cancelled', attempt.timeout);
  attempt.signal.addEventListener('abort', cancel, { once: true });
  const timer = attempt.timeout === undefined ? undefined : setTimeout(() => end('timeout'), Math.min(attempt.timeout, 2 ** 31 - 1));
  try {
    const ended = code(own.signal).catch((error: unknown) => {
      if (why) return stopped(why, attempt.timeout);
      throw error;
    });
    ended.catch(() => {});
    const outcome = await Promise.race([deaf, ended]);
    return why && outcome.kind === 'cancelled' ? stopped(why, attempt.timeout) : outcome;
  } finally {
    clearTimeout(timer);
    clearTimeout(patience);
    attempt.signal.removeEventListener('abort', cancel);
  }
}

const failed = (code: Parameters<typeof problem>[0], args: Parameters<typeof problem>[1]): Outcome => ({
  kind: 'failed',
  error: problem(code, args),
});
