import type { ActionView } from '../../protocol/lsp.ts';
import type { RunDetail } from '../../protocol/run.ts';
import type { Diagnostic, Sources } from '../context/ports.ts';

/** What the language knows where the person works. */
export interface Language {
  /** Built in and the workspace's own. */
  actions(): Promise<readonly ActionView[]>;
  /** What the editor would say of the text, were it that file's; without a file, of one beside nothing. */
  check(text: string, file: string | undefined): Promise<readonly Diagnostic[]>;
}

/** A runbook of the workspace. */
export interface LibraryEntry {
  /** Path below the workspace's folder, with `/`: what a model calls it by. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  read(): Promise<string>;
}

export interface Library {
  list(): Promise<readonly LibraryEntry[]>;
}

/** Asks the engine for a run, with a token that has no right to approve: every step that does something waits for a person. */
export interface Starter {
  start(request: { readonly file: string; readonly inputs: Readonly<Record<string, unknown>> }): Promise<RunDetail>;
}

/** All that tools reach. A tool whose port is missing is not offered. */
export interface ToolPorts {
  readonly sources: Sources;
  readonly language: Language;
  readonly library?: Library;
  readonly starter?: Starter;
}
