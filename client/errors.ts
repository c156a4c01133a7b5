import type { ErrorView } from '../protocol/run.ts';

/** The engine's answer when it is not 2xx, or why there was none. `status` is the HTTP status, absent when nothing answered. */
export class EngineError extends Error {
  readonly error: ErrorView;
  readonly status?: number;
  constructor(error: ErrorView, status?: number) {
    super(error.message);
    this.name = 'EngineError';
    this.error = error;
    this.status = status;
  }
}

export const unreachable = (why: string): EngineError =>
  new EngineError({
    code: 'engine-unreachable',
    class: 'network',
    message: `The engine cannot be reached: ${why}.`,
    remedy: '`runwright engine status` tells more; it is started again by the next command.',
  });

export const draining = (version: string): EngineError =>
  new EngineError({
    code: 'engine-draining',
    class: 'server-error',
    message: `The engine of version ${version} is being replaced and still finishes what runs in it.`,
    remedy: 'Try again in a moment, or stop it with `runwright engine stop`.',
  });

export const otherVersion = (theirs: number, ours: number): EngineError =>
  new EngineError({
    code: 'engine-other-version',
    class: 'invalid-input',
    message: `The engine that is running speaks protocol ${theirs}, this client ${ours}.`,
    remedy: 'Update the older one, or stop the engine with `runwright engine stop`.',
  });
