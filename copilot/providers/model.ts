import type { Problem } from '../../runbook/core/errors.ts';

/** A model's wish to use a tool. `input` is the JSON as the model wrote it; it may be malformed. `id` is what its result is told by. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly calls?: readonly ToolCall[] }
  /** The result of the call with that id. */
  | { readonly role: 'tool'; readonly call: string; readonly content: string };

/** An action a model may ask for; `parameters` is JSON Schema. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** Whole, never a part of one. */
  | ({ readonly kind: 'tool-call' } & ToolCall)
  /** Nothing comes for a while, and why. */
  | { readonly kind: 'waiting'; readonly text: string }
  /** The model's own end: `length` when it ran out of room, `refusal` when it will not answer. */
  | { readonly kind: 'end'; readonly reason: 'stop' | 'length' | 'refusal' | 'tool-calls' };

/** A language model, as narrow as it can be. `stream` throws a ModelError for what a person has to know; pieces before it stay valid. */
export interface Model {
  /** As people know it; `offline` is the one without a model. */
  readonly name: string;
  /** Characters of context it takes. */
  readonly budget: number;
  stream(messages: readonly Message[], tools: readonly Tool[] | undefined, signal: AbortSignal): AsyncIterable<Piece>;
}

/** Why no (whole) answer came, in the words of the catalogue below. */
export class ModelError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options);
    this.problem = problem;
  }
}
