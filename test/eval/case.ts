import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** One case that did not come out as expected, or did. */
export interface Outcome {
  readonly group: string;
  readonly name: string;
  /** What was expected and what came; absent where they agree. */
  readonly miss?: { readonly expected: string; readonly got: string };
  /** Of the third that nobody looks at while the rules are changed. */
  readonly heldOut: boolean;
}

/** Every third case of each file is held out: its misses are counted and not shown. */
export const isHeldOut = (index: number): boolean => index % 3 === 2;

export const folder = import.meta.dirname;

export const readCases = (file: string): unknown[] => parse(readFileSync(join(folder, file), 'utf8'));

export const yamlFilesOf = (name: string): string[] =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.runbook.yaml'))
    .sort();
