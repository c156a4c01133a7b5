import type { Json } from '../../runbook/core/json.ts';
import type { Outcome } from '../kernel/command.ts';
import type { Host } from './host.ts';

/** What an action gets: its checked input and the few things it may use. */
export interface ActionContext {
  readonly signal: AbortSignal;
  /** The run's id and the step's path: what an effect outside may be marked with, so that it can be found again. */
  readonly run: string;
  readonly step: string;
  /** The step's target, resolved, with its `type` and its secrets in place; none for `local`. */
  readonly connection?: Readonly<Record<string, Json>>;
  /** What the workspace says under the manifest's `settings`, resolved, with its secrets in place; none where it says nothing. */
  readonly settings?: Json;
  readonly environment: Readonly<Record<string, string>>;
  /** A line for the step's output; redacted on its way. */
  log(text: string): void;
  /** A folder of the attempt's own, on the engine's machine. Gone with the run. */
  readonly scratch: string;
  /** A folder that all steps of the run share: what is too large for an output lies here and is passed on by reference. Gone with the run. */
  readonly shared: string;
  /** Absolute path of the runbook's folder: relative paths in an input start here. */
  readonly folder: string;
  /** Absolute path of the workspace's `.runwright` folder, which may not exist yet: what outlives the run lies here. */
  readonly workspace: string;
  /** The machine that the step's target is: the engine's own, or the one behind `ssh`. Opened when first used. Throws a ProblemError. */
  host(): Promise<Host>;
  /**
   * Puts a value into the encrypted store, where nobody but later steps reads it, and hides it in all that this attempt still says.
   * Gives its version. Throws a ProblemError: a store that is locked.
   */
  keepSecret(name: string, value: string): Promise<number>;
}

/** The code behind a manifest. Never rejects for what can be foreseen: that is a failed outcome with an entry of the catalogue. */
export type ActionCode = (input: Readonly<Record<string, Json>>, context: ActionContext) => Promise<Outcome>;
