import type { InputSpec } from './core/model.ts';
import type { Range } from './syntax/lines.ts';

/** What a runbook may refer to beyond its own text. Files are read by whoever analyses; here is only what they say. */
export interface Surroundings {
  /** The workspace's shared targets. */
  readonly targets: readonly SharedTarget[];
  /** Packs of actions that are there and that nobody trusts. */
  readonly packsOff?: readonly PackOff[];
  /** The runbook that `call` would run, by its path as written; undefined where that cannot be known, as of a text without a file. */
  called(path: string): Called | 'missing' | undefined;
}

export interface PackOff {
  readonly name: string;
  /** Absolute path of its folder. */
  readonly folder: string;
}

export interface SharedTarget {
  readonly name: string;
  readonly type: string;
  readonly file: string;
  /** Of its name. */
  readonly range: Range;
}

export interface Called {
  readonly file: string;
  readonly name: string;
  readonly description?: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly outputs: readonly string[];
  /** It has errors of its own and could not run. */
  readonly broken: boolean;
  /** Absolute files that it calls itself, directly or through others. */
  readonly calls: readonly string[];
}

export const noSurroundings: Surroundings = { targets: [], called: () => undefined };
