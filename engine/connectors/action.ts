import type { Json } from '../../runbook/core/json.ts';
import type { Outcome } from '../kernel/command.ts';

/** What an action gets: its checked input and the few things it may use. */
export interface ActionContext {
  readonly signal: AbortSignal;
  /** The step's target, resolved, with its `type` and its secrets in place; none for `local`. */
  readonly connection?: Readonly<Record<string, Json>>;
  readonly environment: Readonly<Record<string, string>>;
  /** A line for the step's output; redacted on its way. */
  log(text: string): void;
  /** A folder of the attempt's own. */
  readonly scratch: string;
}

/** The code behind a manifest. Never rejects for what can be foreseen: that is a failed outcome with an entry of the catalogue. */
export type ActionCode = (input: Readonly<Record<string, Json>>, context: ActionContext) => Promise<Outcome>;
