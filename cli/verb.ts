import type { Command } from 'commander';
import type { Io } from './lib/io.ts';

/**
 * One verb, one file: declares its flags at once and loads what it needs only when it runs.
 * `action` takes what the verb does; it is awaited, its number is the exit code, and what it throws is reported.
 */
export interface Verb {
  readonly name: string;
  declare(command: Command, act: Act): void;
}

/** Wraps a verb's work for commander; `work` gets commander's arguments and options as declared. */
export type Act = <Args extends readonly unknown[]>(work: (io: Io, ...args: Args) => Promise<number>) => (...args: Args) => Promise<void>;
