import { EngineError } from '../../client/errors.ts';
import type { ErrorView } from '../../protocol/run.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Io } from './io.ts';
import { plainText } from './safe-text.ts';

/** What went wrong and what to do, on standard error; with `--json` also as JSON on standard output. */
export function report(io: Io, found: ErrorView, json: boolean): void {
  if (json)
    io.out(`${JSON.stringify({ error: { code: found.code, class: found.class, message: found.message, remedy: found.remedy } })}\n`);
  io.err(sentence(io, found));
}

export function sentence(io: Io, found: ErrorView): string {
  return `${io.errStyle('red', 'runwright:')} ${plainText(found.message)} ${plainText(found.remedy)}\n`;
}

/** A problem, or the engine's answer, is taken as it is; anything else is a fault of ours. */
export function asProblem(error: unknown): ErrorView {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof EngineError) return error.error;
  return problem('internal', { why: error instanceof Error ? error.message : String(error) });
}
