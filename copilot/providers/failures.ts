import { problem } from '../../runbook/core/errors.ts';
import { ModelError } from './model.ts';

/** What is known of a call that went wrong, without the client library's types. */
export interface CallFailure {
  readonly status?: number;
  /** The endpoint's own code, such as `context_length_exceeded`. */
  readonly code?: string;
  readonly message: string;
  readonly cause?: string;
  /** Seconds from Retry-After. */
  readonly retryAfter?: number;
  readonly timedOut?: boolean;
  readonly unreachable?: boolean;
}

const overflow =
  /maximum context length|context[_ ](?:length|window)|too many (?:input )?tokens|prompt is too long|exceeds? the (?:available )?context/i;

/** Turns a failed call into one sentence and a way on. `where` is the endpoint's host. */
export function modelError(failure: CallFailure, model: string, where: string, hasKey = true): ModelError {
  const args = { model, where, why: oneSentence(failure.message), status: failure.status ?? '', seconds: failure.retryAfter ?? '' };
  const make = (code: Parameters<typeof problem>[0]) => new ModelError(problem(code, args));
  if (failure.timedOut === true) return make('model-timeout');
  if (failure.unreachable === true) return new ModelError(problem('model-unreachable', { ...args, why: failure.cause ?? args.why }));
  if (failure.code === 'context_length_exceeded' || ((failure.status === 400 || failure.status === 413) && overflow.test(failure.message)))
    return make('model-overflow');
  if (failure.code === 'insufficient_quota') return make('model-quota');
  if (failure.code === 'content_filter') return make('model-refused');
  if (failure.status === 401 || failure.status === 403) return make(hasKey ? 'model-key' : 'model-key-missing');
  if (failure.status === 404) return make('model-unknown');
  if (failure.status === 429) return make('model-busy');
  if (failure.status !== undefined && failure.status >= 500) return make('model-server');
  return make('model-failed');
}

/** Before the first text arrived, these may pass by themselves. */
export const mayPass = (failure: CallFailure): boolean =>
  failure.code !== 'insufficient_quota' &&
  (failure.unreachable === true ||
    failure.status === 408 ||
    failure.status === 409 ||
    failure.status === 429 ||
    (failure.status ?? 0) >= 500);

/** A server's words may be long, have many lines, and hold the key that was wrong. */
function oneSentence(text: string): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/\b(?:sk|pk)-[\w*.-]{4,}/g, '***')
    .trim();
  return (line.length > 300 ? `${line.slice(0, 300)}…` : line).replace(/\.$/, '');
}

/** Of a model that an editor lends: there is none, the person said no, it takes no more requests, or something else. */
export function lentModelError(kind: 'none' | 'consent' | 'blocked' | 'failed', model: string, why: string): ModelError {
  const code = (
    { none: 'editor-model-none', consent: 'editor-model-consent', blocked: 'editor-model-blocked', failed: 'model-failed' } as const
  )[kind];
  return new ModelError(problem(code, { model, where: 'VS Code', why: oneSentence(why), status: '', seconds: '' }));
}
