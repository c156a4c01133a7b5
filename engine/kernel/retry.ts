import { parseDuration } from '../../runbook/core/duration.ts';
import type { ErrorClass } from '../../runbook/core/errors.ts';
import type { Retry, Step } from '../../runbook/core/model.ts';
import type { Outcome } from './command.ts';

type Failure = Extract<Outcome, { kind: 'failed' }>;

const retriedByDefault: readonly string[] = ['network', 'timeout', 'rate-limit', 'server-error'] satisfies readonly ErrorClass[];
const usualDelay = 1000;
const longestBackoff = 3_600_000;
const longestServerWait = 86_400_000;
/** Share of the delay that is random where nothing is said, so that many runs do not come back at once. */
const usualJitter = 0.1;

export interface FailedAttempt {
  readonly step: Step;
  readonly defaults: Retry | undefined;
  readonly attempt: number;
  readonly failure: Failure;
  readonly idempotent: boolean;
  /** In [0, 1). */
  readonly random: number;
}

/** Milliseconds until the next attempt, or undefined where the step has failed for good. */
export function retryDelay({ step, defaults, attempt, failure, idempotent, random }: FailedAttempt): number | undefined {
  const retry: Retry = { ...defaults, ...step.retry };
  if (attempt >= (retry.attempts ?? 1)) return undefined;
  if (!matches(retry.on ?? retriedByDefault, failure)) return undefined;
  if (mayHaveTakenEffect(failure) && !idempotent && step.retry === undefined) return undefined;
  if (failure.retryAfter !== undefined && failure.retryAfter >= 0) return Math.min(Math.ceil(failure.retryAfter), longestServerWait);
  const { jitter: written = true } = retry;
  const jitter = typeof written === 'number' ? Math.max(0, Math.min(1, written)) : written ? usualJitter : 0;
  const first = time(retry.delay) ?? usualDelay;
  const grown = retry.backoff === 'exponential' ? first * 2 ** Math.min(attempt - 1, 30) : first;
  const capped = Math.min(grown * (1 + jitter * random), time(retry.maxDelay) ?? Math.max(first * (1 + jitter), longestBackoff));
  return Math.round(capped);
}

/** An attempt that was stopped or cut off may have done its work all the same. */
function mayHaveTakenEffect({ error }: Failure): boolean {
  return error.class === 'timeout' || error.class === 'network' || error.code === 'killed-by-signal';
}

function matches(on: readonly string[], { error, exitCode }: Failure): boolean {
  return on.some((wanted) => wanted === 'any' || wanted === error.class || (exitCode !== undefined && wanted === `exit:${exitCode}`));
}

function time(text: string | undefined): number | undefined {
  const parsed = text === undefined ? undefined : parseDuration(text);
  return parsed?.ok === true ? parsed.milliseconds : undefined;
}
