import { canonical } from '../../runbook/core/canonical.ts';
import { milliseconds } from '../../runbook/core/duration.ts';
import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';
import { asksStatus, holds } from './contexts.ts';
import type { KernelEvent, SkipReason } from './event.ts';
import { listsAround, plannedAt, runbookFrame } from './frames.ts';
import { question, whyAsk } from './question.ts';
import type { Request } from './request.ts';
import { resolveStep, stepOutputs } from './resolve.ts';
import { riskOf } from './risk.ts';
import { rank } from './risk-rank.ts';
import type { State } from './state.ts';
import type { Turn } from './turn.ts';

export interface Ports {
  /** Hex SHA-256 of the text's UTF-8. */
  sha256(text: string): string;
}

/** `attempt` counts from the last time that the run was opened. */
export function turnOf(state: State, path: string, attempt: number, error?: Problem): Turn {
  const planned = plannedAt(state, path);
  const frame = state.steps[path]?.frame ?? '';
  return { where: `Step ${path}`, frame, path, planned, attempt, ...(error === undefined ? {} : { error }) };
}

/** Its number in the journal. */
export const numberOf = (state: State, { path, attempt }: Turn): number => (state.steps[path]?.before ?? 0) + attempt;

/** A step's turn has come: skipped, failed, asked about or started. */
export function enter(state: State, path: string, time: number, ports: Ports): KernelEvent {
  const turn = turnOf(state, path, 1);
  const condition = turn.planned.step.if;
  const actor = Object.hasOwn(state.toSkip, path) ? state.toSkip[path] : undefined;
  if (actor !== undefined) return { time, kind: 'step-skipped', path, reason: 'requested', actor };
  const out = keptOut(state, path);
  const at = state.steps[path]?.at;
  // What it has done already is not done again by a later retry.
  if (at?.kind === 'ready' && at.again !== undefined)
    return out === undefined
      ? { time, kind: 'step-continued', path }
      : { time, kind: 'step-cancelled', path, attempt: numberOf(state, turn) };
  if (out === 'cancelled' || (out !== undefined && !asksStatus(state, turn.frame, condition)))
    return { time, kind: 'step-skipped', path, reason: out };
  try {
    if (condition !== undefined && !holds(state, { ...turn, where: `${turn.where}, if` }, condition))
      return { time, kind: 'step-skipped', path, reason: 'if' };
  } catch (error) {
    return failure(state, path, time, numberOf(state, turn), problemOf(error));
  }
  return prepare(state, turn, time, ports);
}

/** What keeps a step from starting: a cancellation, or a failure in the lists around it, up to its runbook. Every cleanup and every undo gets its turn. */
export function keptOut(state: State, path: string): Extract<SkipReason, 'cancelled' | 'earlier-failure'> | undefined {
  const around = [...listsAround(state, path)];
  // An undo stands in the rollback of the runbook that takes it back, wherever its step was.
  const { frame } = runbookFrame(state, around.at(-1)?.frame ?? state.steps[path]?.frame ?? '');
  const { phase } = frame;
  const cleanup = phase === 'finally' || phase === 'on-cancel' || phase === 'rollback';
  let failing = (phase === 'steps' || phase === 'verify') && frame.cause !== undefined;
  for (const list of around) {
    if (list.owner !== undefined && state.steps[list.owner]?.stopping === true) return 'cancelled';
    if (list.failed !== undefined && !(cleanup && list.owner === undefined)) failing = true;
  }
  if (frame.cancelled && (!cleanup || (phase === 'rollback' && !frame.undoing))) return 'cancelled';
  return failing ? 'earlier-failure' : undefined;
}

export function prepare(state: State, turn: Turn, time: number, ports: Ports): KernelEvent {
  const { path, planned } = turn;
  const attempt = numberOf(state, turn);
  try {
    if (planned.step.timeout !== undefined) milliseconds(planned.step.timeout);
    const resolved = resolveStep(state, turn);
    const { request } = resolved;
    const risk = riskOf(state, turn, request);
    const reason = whyAsk(state, turn, risk);
    const digest = request.kind === 'gate' && reason === undefined ? '' : digestOf(state, path, resolved.base, ports);
    if (reason === undefined || isCovered(state, path, digest, risk)) return launch(state, turn, { attempt, digest, request, risk }, time);
    // A retry that turns out riskier than what was seen is a question of its own.
    const own = isCovered(state, path, digest, 'low') ? digestOf(state, path, request, ports) : digest;
    if (isCovered(state, path, own, risk)) return launch(state, turn, { attempt, digest: own, request, risk }, time);
    return {
      time,
      kind: 'approval-requested',
      path,
      attempt,
      digest: own,
      request,
      risk,
      reason,
      ...question(state, turn, resolved, time),
    };
  } catch (error) {
    return failure(state, path, time, attempt, problemOf(error));
  }
}

function isCovered(state: State, path: string, digest: string, risk: Risk): boolean {
  const decided = state.steps[path]?.decided;
  return decided?.decision === 'granted' && decided.digest === digest && rank(risk) <= rank(decided.risk);
}

/** What the kernel carries out itself needs no attempt: a gate has succeeded when it is approved. */
export function launch(
  state: State,
  turn: Turn,
  at: { readonly attempt: number; readonly digest: string; readonly request: Request; readonly risk: Risk },
  time: number,
): KernelEvent {
  const { path } = turn;
  const { attempt, digest, request, risk } = at;
  if (request.kind !== 'gate') return { time, kind: 'step-started', path, attempt, digest, request, risk };
  const { opens } = request;
  if (opens === undefined) return success(state, turn, {}, time);
  if (opens.verb === 'set') return success(state, turn, opens.values, time);
  if (opens.verb === 'switch' && opens.branch === undefined) return success(state, turn, {}, time);
  return { time, kind: 'step-opened', path, opening: opens };
}

/** The step has succeeded, if its own outputs can be had. */
export function success(
  state: State,
  turn: Turn,
  result: Readonly<Record<string, Json>>,
  time: number,
  more: { readonly exitCode?: number; readonly secretOutputs?: readonly string[]; readonly cachedAt?: number } = {},
): KernelEvent {
  const { path } = turn;
  const attempt = numberOf(state, turn);
  try {
    return { time, kind: 'step-succeeded', path, attempt, outputs: stepOutputs(state, turn, result, more.secretOutputs), ...more };
  } catch (error) {
    return failure(state, path, time, attempt, problemOf(error), { outputs: result, ...more });
  }
}

type Failed = Extract<KernelEvent, { kind: 'step-failed' }>;

/** The step has failed for good, or its fallback follows. */
export function failure(
  state: State,
  path: string,
  time: number,
  attempt: number,
  error: Problem,
  more: Partial<Pick<Failed, 'outputs' | 'exitCode' | 'secretOutputs' | 'retryAt' | 'from' | 'rejected'>> = {},
): Failed {
  const step = state.steps[path];
  const { fallback } = plannedAt(state, path).step;
  const taken =
    fallback !== undefined &&
    fallback.length > 0 &&
    more.retryAt === undefined &&
    more.rejected === undefined &&
    step?.stopping === false &&
    step.at.kind !== 'fallback' &&
    keptOut(state, path) !== 'cancelled';
  return { time, kind: 'step-failed', path, attempt, error, ...more, ...(taken ? { fallback: true } : {}) };
}

function digestOf(state: State, path: string, request: Request, ports: Ports): string {
  let text: string;
  try {
    text = canonical({ snapshot: state.snapshotDigest, path, request });
  } catch {
    throw new ProblemError(problem('text-malformed', { where: `Step ${path}` }));
  }
  return ports.sha256(text);
}

/** What is not in the catalogue is a fault of ours, and no reason to fail a step quietly. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  throw error;
}
