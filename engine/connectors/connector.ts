import type { Outcome } from '../kernel/command.ts';
import type { Request } from '../kernel/request.ts';
import type { SecretOutputs } from './secret-outputs.ts';

/** One attempt of one step, ready to run: every secret is resolved, and known to `redact`. */
export interface Attempt {
  readonly run: string;
  readonly path: string;
  readonly attempt: number;
  /** With `secretTexts` put in place; never stored, never logged. */
  readonly request: Request;
  /** Values to hide in every output and error of this attempt. */
  readonly secrets: readonly string[];
  /** Outputs that leave the connector in the outcome alone: nothing it writes or shows may hold them, but sealed. */
  readonly secretOutputs?: SecretOutputs;
  /** The attempt's own folder, absolute and existing; output is spooled here and how it ended is written here. */
  readonly folder: string;
  /** A folder that all attempts of the run share, absolute; it may not exist yet. */
  readonly shared: string;
  /** Heard when the code asks for a folder of the run: what it gives may lie there, and says nothing to another run. */
  usesFolder?(): void;
  /** Puts a value into the store, and gives its version. Rejects with a ProblemError. */
  keepSecret(name: string, value: string): Promise<number>;
  /** What a child process starts from; the request's `env` goes on top. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds; the connector stops the attempt and answers `step-timeout`. */
  readonly timeout?: number;
  /** Aborted when a person cancels: the connector ends the attempt and answers `cancelled`. */
  readonly signal: AbortSignal;
  /** Redacted output as it comes; `offset` (bytes before it in its stream) where it does not follow what was given before. */
  output(stream: 'stdout' | 'stderr', text: string, offset?: number): void;
}

/** A way to reach a kind of target. A connector declines what is not its own. */
export interface Connector {
  readonly name: string;
  accepts(request: Request): boolean;
  /** Never rejects: what goes wrong is an outcome. */
  run(attempt: Attempt): Promise<Outcome>;
  /**
   * After the engine died during this attempt: its outcome when that can still be learned or awaited; `not-begun` when it had no
   * effect and cannot have one any more, so that it may be run; undefined when nobody knows. Of the secrets only those of the
   * `connection` are in place, with the values of now.
   */
  recover(attempt: Attempt): Promise<Outcome | 'not-begun' | undefined>;
}
