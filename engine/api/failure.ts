import type { Failure } from '../../protocol/api.ts';
import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';

/** Where the class alone would give the wrong status. */
const byCode: Readonly<Record<string, number>> = {
  unauthorized: 401,
  'approval-none': 409,
  'approval-stale': 409,
  'edit-begun': 409,
  'edit-running': 409,
  'request-too-large': 413,
  'state-folder': 500,
};
const byClass: Readonly<Partial<Record<Problem['class'], number>>> = {
  'invalid-input': 400,
  auth: 401,
  permission: 403,
  'not-found': 404,
  'rate-limit': 429,
};

export interface Answer {
  readonly status: number;
  readonly body: Failure;
}

export function failure(what: Problem): Answer {
  return {
    status: byCode[what.code] ?? byClass[what.class] ?? 500,
    body: { detail: `${what.message} ${what.remedy}`.trim(), error: what },
  };
}

/** Any error as an answer; what nobody foresaw is told to the log and not to the client. */
export function failureOf(error: unknown, log: (text: string) => void): Answer {
  if (error instanceof ProblemError) return failure(error.problem);
  const status = statusOf(error);
  if (status === 413) return failure(problem('request-too-large', { limit: '1 MiB' }));
  if (status === 429) return failure(problem('rate-limited', { seconds: 60 }));
  if (status !== undefined && status >= 400 && status < 500)
    return failure(problem('request-invalid', { why: error instanceof Error ? error.message : 'it cannot be read' }));
  log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return failure(problem('internal', { why: 'see the engine log' }));
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
