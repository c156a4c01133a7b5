import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';

/** One action that a sentence asks for. */
export interface PlannedAction {
  /** `pack/action`. */
  readonly uses: string;
  /** What is known of its input; a value may be a text with an expression, such as the table of the action before. */
  readonly with: Readonly<Record<string, Json>>;
  /** A target's name; none for the engine's own machine. */
  readonly target?: string;
  /** In plain words, such as "Block 192.0.2.7 for 24 hours". */
  readonly summary: string;
}

/** A piece without which an action cannot be carried out, as one question. */
export interface Missing {
  /** `uses` of the action, and its place among the plan's actions. */
  readonly action: string;
  readonly index: number;
  readonly parameter: string;
  readonly question: string;
  /** Answers to choose from; others can be typed. */
  readonly options: readonly string[];
}

/** What a sentence would do, once all that is missing is known and a person has agreed. */
export interface Plan {
  readonly actions: readonly PlannedAction[];
  readonly missing: readonly Missing[];
  /** 0 to 1: how surely the words mean this. */
  readonly confidence: number;
  /** The highest of the actions'. */
  readonly risk: Risk;
}
