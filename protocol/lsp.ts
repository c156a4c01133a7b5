import type { RiskLevel } from './run.ts';

/** Requests of ours to the language server, beside those of the Language Server Protocol. Positions are 0-based, characters UTF-16 units. */
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** `runwright/outline` { uri } → Outline, or null when the file is not known to the server. */
export const outlineMethod = 'runwright/outline';
export interface OutlineParams {
  readonly uri: string;
}

/** What an editor shows of a runbook; a broken file has what could be read of it. */
export interface Outline {
  readonly name?: string;
  readonly inputs: readonly OutlineInput[];
  /** Names that the runbook declares. */
  readonly secrets: readonly string[];
  /** Of all lists, in the order of the text. */
  readonly steps: readonly OutlineStep[];
}

export interface OutlineInput {
  readonly name: string;
  /** One of the language's input types; `string` where none is given. */
  readonly type: string;
  readonly description?: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
  /** `date-time`, `ip`, …: one of the language's formats. */
  readonly format?: string;
}

export interface OutlineStep {
  /** As in runs: the id, else `#n`. */
  readonly path: string;
  /** Undefined where the author gave none. */
  readonly id?: string;
  readonly name?: string;
  /** `low`, `medium`, `high` or `critical`, where the step says so itself. */
  readonly risk?: string;
  /** The author asks for an approval; policy may ask besides. */
  readonly hasApproval?: boolean;
  /** `run`, `approve`, or the action's name; `run` while none is written. */
  readonly verb: string;
  /** Names of the inputs and secrets that its expressions and the runbook's `env` refer to. */
  readonly needs: { readonly inputs: readonly string[]; readonly secrets: readonly string[] };
  /** From the step's first character to its last. */
  readonly range: Range;
}

/** `runwright/checkInput` → what is wrong with a value as it was typed, or null. */
export const checkInputMethod = 'runwright/checkInput';
export interface CheckInputParams {
  readonly uri: string;
  readonly input: string;
  readonly value: unknown;
}

/** `runwright/checkText` → what the editor would mark if the text stood in that file; `uri` may be of a file that is not there yet. */
export const checkTextMethod = 'runwright/checkText';
export interface CheckTextParams {
  readonly uri: string;
  readonly text: string;
}
export interface TextProblem {
  /** From 1. */
  readonly line: number;
  /** `error`, `warning`, `information` or `hint`. */
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

/** `runwright/actions` { uri } → the actions that a step in that file can use. */
export const actionsMethod = 'runwright/actions';
export interface ActionsParams {
  readonly uri: string;
}
export interface ActionView {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly risk: RiskLevel;
  /** JSON Schema of `with`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, { readonly type: string; readonly description: string }>>;
  /** Inputs that name what it reaches, and what that is in words. */
  readonly touches?: readonly { readonly what: string; readonly input: string }[];
  /** A usual duration in milliseconds. */
  readonly estimate: number;
  readonly example?: Readonly<Record<string, unknown>>;
}
