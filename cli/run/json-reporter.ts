import type { RunDetail } from '../../protocol/run.ts';
import type { Io } from '../lib/io.ts';
import type { Reporter } from './reporter.ts';

/** One event per line, the run as it stands as the last one. */
export function jsonReporter(io: Io): Reporter {
  return {
    started: () => undefined,
    event: (event) => io.out(`${JSON.stringify(event)}\n`),
    pause: () => undefined,
    resume: () => undefined,
    ended: (run) => io.out(`${JSON.stringify(lastLine(run))}\n`),
  };
}

/** The contract of `run --json`: `steps` is flat, in the order they started, ids are paths. */
export function lastLine(run: RunDetail) {
  return {
    type: 'run',
    id: run.id,
    status: run.status,
    outputs: run.outputs,
    steps: run.steps.map(({ id, status, attempts, exitCode, error, durationMs }) => ({
      id,
      status,
      attempts,
      exitCode,
      error: error === undefined ? undefined : { code: error.code, class: error.class, message: error.message, remedy: error.remedy },
      durationMs: durationMs ?? 0,
    })),
    ...(run.rollback === undefined ? {} : { rollback: run.rollback }),
  };
}
