import { canonical } from '../../runbook/core/canonical.ts';
import { milliseconds } from '../../runbook/core/duration.ts';
import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import { resolveValue } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import { type Risk, risks } from '../../runbook/core/model.ts';
import { type Planned, planOf } from '../../runbook/core/plan.ts';
import { asksStatus, contextsOf, holds } from './contexts.ts';
import type { FinalStatus, KernelEvent, Phase } from './event.ts';
import type { Request } from './request.ts';
import { messageOf, type ResolvedStep, resolveStep, stepOutputs } from './resolve.ts';
import { riskOf } from './risk.ts';
import { pathAt, type State } from './state.ts';

export interface Ports {
  /** Hex SHA-256 of the text's UTF-8. */
  sha256(text: string): string;
}

/** The one event that follows from the state by itself at this time, or undefined while the run waits for the world. */
export function next(state: State, time: number, ports: Ports): KernelEvent | undefined {
  if (state.start === undefined || state.finished !== undefined) return undefined;
  if (state.phase === undefined) return { time, kind: 'phase-entered', phase: 'steps' };
  const [active] = state.active;
  if (active !== undefined) return nextOfActive(state, active, time, ports);
  const path = pathAt(state, state.position);
  if (path !== undefined) return enter(state, path, time, ports);
  const phase = phaseAfter(state, state.phase);
  return phase === undefined ? finish(state, time) : { time, kind: 'phase-entered', phase };
}

function nextOfActive(state: State, path: string, time: number, ports: Ports): KernelEvent | undefined {
  const step = state.steps[path];
  const planned = planOf(state.snapshot.runbook).steps.get(path);
  if (step === undefined || planned === undefined) return undefined;
  const { at } = step;
  switch (at.kind) {
    case 'waiting':
      if (step.stopping) return { time, kind: 'step-cancelled', path, attempt: at.attempt };
      return at.expiresAt !== undefined && time >= at.expiresAt ? { time, kind: 'approval-expired', path, digest: at.digest } : undefined;
    case 'unknown':
      return step.stopping ? { time, kind: 'step-cancelled', path, attempt: at.attempt } : undefined;
    case 'approved':
      return launch(state, planned, at, time);
    case 'retrying':
      if (step.stopping) return { time, kind: 'step-cancelled', path, attempt: at.attempt };
      return time >= at.due ? prepare(state, planned, at.attempt + 1, time, ports) : undefined;
    default:
      return undefined;
  }
}

/** A step's turn has come: skipped, failed, asked about or started. */
function enter(state: State, path: string, time: number, ports: Ports): KernelEvent {
  const planned = planOf(state.snapshot.runbook).steps.get(path);
  if (planned === undefined) return failed(time, path, 1, problem('internal', { why: `no step ${path}` }));
  const only = state.start?.only;
  if (only !== undefined && only !== path) return { time, kind: 'step-skipped', path, reason: 'not-selected' };
  if (state.cancelled && state.phase !== 'finally') return { time, kind: 'step-skipped', path, reason: 'cancelled' };
  const condition = planned.step.if;
  if (!impliedCondition(state) && !asksStatus(condition)) return { time, kind: 'step-skipped', path, reason: 'earlier-failure' };
  try {
    if (condition !== undefined && !holds(state, planned, condition)) return { time, kind: 'step-skipped', path, reason: 'if' };
  } catch (error) {
    return failed(time, path, 1, problemOf(error));
  }
  return prepare(state, planned, 1, time, ports);
}

/** success() in the lists that lead somewhere; every cleanup and every undo gets its turn. */
function impliedCondition(state: State): boolean {
  if (state.phase === 'finally' || state.phase === 'rollback') return true;
  return state.phase === 'on-failure' ? !state.phaseFailed : state.cause === undefined;
}

function prepare(state: State, planned: Planned, attempt: number, time: number, ports: Ports): KernelEvent {
  const { path } = planned.step;
  try {
    if (planned.step.timeout !== undefined) milliseconds(planned.step.timeout);
    const resolved = resolveStep(state, planned, attempt);
    const { request } = resolved;
    const digest = digestOf(state, path, request, ports);
    const risk = riskOf(state.snapshot, planned, request);
    const decided = state.steps[path]?.decided;
    const granted = decided?.decision === 'granted' && decided.digest === digest;
    const reason = granted ? undefined : whyAsk(state, planned, risk);
    if (reason === undefined) return launch(state, planned, { attempt, digest, request, risk }, time);
    return { time, kind: 'approval-requested', path, attempt, digest, request, risk, reason, ...question(planned, resolved, time) };
  } catch (error) {
    return failed(time, path, attempt, problemOf(error));
  }
}

/** A gate does nothing: it has succeeded when it is approved. */
function launch(
  state: State,
  planned: Planned,
  at: { readonly attempt: number; readonly digest: string; readonly request: Request; readonly risk: Risk },
  time: number,
): KernelEvent {
  const { path } = planned.step;
  const { attempt, digest, request, risk } = at;
  if (request.kind !== 'gate') return { time, kind: 'step-started', path, attempt, digest, request, risk };
  try {
    return { time, kind: 'step-succeeded', path, attempt, outputs: stepOutputs(state, planned, attempt, {}) };
  } catch (error) {
    return failed(time, path, attempt, problemOf(error));
  }
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

/** Who wants the question, if anybody. An undo was covered by its step's question as far as that one's risk went. */
function whyAsk(state: State, { step, undoes }: Planned, risk: Risk): 'author' | 'policy' | undefined {
  if (step.approve !== undefined || step.verb.kind === 'approve') return 'author';
  const askFrom = state.start?.policy.askFrom ?? 'low';
  if (askFrom === 'never' || rank(risk) < rank(askFrom)) return undefined;
  const covered = undoes === undefined ? undefined : state.steps[undoes.path]?.risk;
  return covered !== undefined && rank(risk) <= rank(covered) ? undefined : 'policy';
}

const rank = (risk: Risk): number => risks.indexOf(risk);

function question({ step }: Planned, { contexts }: ResolvedStep, time: number): { message: string; expiresAt?: number } {
  const { timeout } = step.verb.kind === 'approve' ? step.verb.approval : (step.approve ?? {});
  const message = messageOf(step, contexts);
  return timeout === undefined ? { message } : { message, expiresAt: time + milliseconds(timeout) };
}

function phaseAfter(state: State, phase: Phase): Phase | undefined {
  if (state.start?.only !== undefined) return undefined;
  const { lists } = planOf(state.snapshot.runbook);
  const { onFailure } = state.snapshot.runbook;
  switch (phase) {
    case 'steps':
      return lists.verify.length > 0 ? 'verify' : phaseAfter(state, 'verify');
    case 'verify':
      if (state.cause === undefined || state.cancelled) return phaseAfter(state, 'on-failure');
      if (onFailure === 'rollback' && state.undoable.length > 0) return 'rollback';
      return lists['on-failure'].length > 0 ? 'on-failure' : phaseAfter(state, 'on-failure');
    case 'on-failure':
    case 'rollback':
      return lists.finally.length > 0 ? 'finally' : undefined;
    case 'finally':
      return undefined;
  }
}

function finish(state: State, time: number): KernelEvent {
  const { cause, rollback } = state;
  const status: FinalStatus = state.cancelled ? 'cancelled' : (cause?.kind ?? 'completed');
  const { outputs, error } = runOutputs(state, status === 'completed');
  const reported = cause?.error ?? error;
  return {
    time,
    kind: 'run-finished',
    status: error === undefined ? status : 'failed',
    outputs,
    ...(rollback === undefined ? {} : { rollback }),
    ...(reported === undefined ? {} : { error: reported }),
  };
}

/** Each output by itself; after a failure one that cannot be had is left out, in a run that went well it is an error. */
function runOutputs(state: State, strict: boolean): { outputs: Readonly<Record<string, Json>>; error?: Problem } {
  if (state.start?.only !== undefined) return { outputs: {} };
  const found: [string, Json][] = [];
  let first: Problem | undefined;
  for (const [name, written] of Object.entries(state.snapshot.runbook.outputs)) {
    try {
      found.push([name, resolveValue(written, contextsOf(state, `Output ${name}`)).value]);
    } catch (error) {
      first ??= problemOf(error);
    }
  }
  const outputs = Object.fromEntries(found);
  return strict && first !== undefined ? { outputs, error: first } : { outputs };
}

const failed = (time: number, path: string, attempt: number, error: Problem): KernelEvent => ({
  time,
  kind: 'step-failed',
  path,
  attempt,
  error,
});

/** What is not in the catalogue is a fault of ours, and no reason to fail a step quietly. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  throw error;
}
