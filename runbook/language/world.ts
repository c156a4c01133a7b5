import type { Analysis } from '../analyse.ts';
import { noSurroundings, type Surroundings } from '../surroundings.ts';

/** What an answer may draw on beyond the file that it is about. */
export interface World {
  readonly around: Surroundings;
  readonly others: Others;
}

/** Files beyond the open one, as whoever reads them knows them. Their names are opaque: only their owner looks inside. */
export interface Others {
  /** The file that this is the neighbourhood of; empty where it has no name. */
  readonly self: string;
  /** Runbooks that a `call` could name, as it would be written here. */
  callable(): readonly string[];
  /** The runbook that a `call` leads to, as written; undefined where it is missing or cannot be known. */
  called(path: string): OtherRunbook | undefined;
  /** Every runbook that calls this one. */
  callers(): readonly OtherRunbook[];
  /** The file that describes an action of one's own. */
  actionFile(name: string): string | undefined;
  /** The file behind any other path that is written, such as one to read; undefined where there is none. */
  file(path: string): string | undefined;
}

export interface OtherRunbook {
  readonly file: string;
  readonly analysis: Analysis;
  readonly others: Others;
}

export const noOthers: Others = {
  self: '',
  callable: () => [],
  called: () => undefined,
  callers: () => [],
  actionFile: () => undefined,
  file: () => undefined,
};
/** A file all by itself. */
export const alone: World = { around: noSurroundings, others: noOthers };
