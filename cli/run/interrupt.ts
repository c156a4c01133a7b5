import type { EngineClient } from '../../client/client.ts';
import { asProblem } from '../lib/fail.ts';
import type { Io } from '../lib/io.ts';

/** Ctrl-C while a run is watched: the first asks the engine to cancel it, the second leaves it to the engine. */
export interface Interrupt {
  readonly cancelled: boolean;
  /** Aborted by the first, which ends an open question. */
  readonly first: AbortSignal;
  /** Aborted by the second. */
  readonly second: AbortSignal;
  press(): void;
  dispose(): void;
}

export function interrupts(io: Io, client: EngineClient, run: string): Interrupt {
  const first = new AbortController();
  const second = new AbortController();
  const press = () => {
    if (second.signal.aborted) return;
    if (first.signal.aborted) {
      io.err(`\nThe run goes on without being watched. \`runwright show ${run}\` tells where it stands.\n`);
      return second.abort();
    }
    first.abort();
    io.err(`\nCancelling run ${run}. Press Ctrl-C again to leave it to the engine.\n`);
    client.cancel(run, { via: 'cli' }).catch((error: unknown) => io.err(`The run could not be cancelled: ${asProblem(error).message}\n`));
  };
  process.on('SIGINT', press);
  return {
    get cancelled() {
      return first.signal.aborted;
    },
    first: first.signal,
    second: second.signal,
    press,
    dispose: () => void process.off('SIGINT', press),
  };
}
