import { type Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../runbook/analyse.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import { LiveRunbook } from '../runbook/pieces/live.ts';
import type { Surroundings } from '../runbook/surroundings.ts';
import type { Lines } from '../runbook/syntax/lines.ts';
import { fromPosition } from './to-lsp.ts';

export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly languageId: string;
}

/** One open document: its text and what is known of it are edited together. */
class LiveDocument implements OpenDocument {
  readonly uri: string;
  readonly languageId: string;
  version: number;
  runbook: LiveRunbook;
  #beyond: Beyond;

  constructor(uri: string, languageId: string, version: number, text: string, beyond: Beyond) {
    this.uri = uri;
    this.languageId = languageId;
    this.version = version;
    this.#beyond = beyond;
    this.runbook = new LiveRunbook(text, { ...beyond, file: uri });
  }

  /** What other files say, as they stand now; nothing is checked again while they say the same. */
  surround(beyond: Beyond): this {
    const before = this.#beyond;
    if (beyond.around === before.around && beyond.actions === before.actions) return this;
    this.#beyond = beyond;
    // Other actions may mean something else everywhere.
    if (JSON.stringify(beyond.actions) !== JSON.stringify(before.actions)) {
      this.runbook = new LiveRunbook(this.runbook.text, { ...beyond, file: this.uri });
    } else this.runbook.surround(beyond.around);
    return this;
  }

  change(changes: readonly TextDocumentContentChangeEvent[], version: number): this {
    for (const change of changes) {
      if ('range' in change) {
        const start = fromPosition(this.runbook.lines, change.range.start);
        const end = fromPosition(this.runbook.lines, change.range.end);
        this.runbook.edit(Math.min(start, end), Math.max(start, end), change.text);
      } else this.runbook.replace(change.text);
    }
    this.version = version;
    return this;
  }
}

/** What a document may refer to beyond its own text: the same objects as long as nothing of it changed. */
export interface Beyond {
  readonly actions: readonly ActionManifest[];
  readonly around: Surroundings;
}

export type Problems = Pick<Analysis, 'diagnostics'> & { readonly lines: Lines };

/** Milliseconds of work before what has arrived meanwhile gets its turn. */
const slice = 8;

/** Open documents and what is known of them. */
export class Documents {
  readonly #open: TextDocuments<LiveDocument>;
  readonly #connection: Connection;
  readonly #beyond: (uri: string) => Beyond;
  readonly #affected = new Set<(document: OpenDocument) => void>();

  constructor(connection: Connection, beyond: (uri: string) => Beyond) {
    this.#connection = connection;
    this.#beyond = beyond;
    this.#open = new TextDocuments({
      create: (uri, languageId, version, text) => new LiveDocument(uri, languageId, version, text, beyond(uri)),
      update: (document, changes, version) => document.change(changes, version),
    });
  }

  listen(): void {
    this.#open.listen(this.#connection);
  }

  onChange(listener: (document: OpenDocument) => void): void {
    this.#open.onDidChangeContent(({ document: { uri, version, languageId } }) => listener({ uri, version, languageId }));
  }

  /** Tells of documents whose text is the same, while what they refer to has changed. */
  onAffected(listener: (document: OpenDocument) => void): void {
    this.#affected.add(listener);
  }

  /** What an open document refers to has changed. */
  affect(uri: string): void {
    const document = this.get(uri);
    if (document) for (const listener of this.#affected) listener({ uri, version: document.version, languageId: document.languageId });
  }

  /** The text alone, as it stands. */
  text(uri: string): { readonly text: string; readonly version: number } | undefined {
    const open = this.#open.get(uri);
    return open && { text: open.runbook.text, version: open.version };
  }

  onClose(listener: (document: OpenDocument) => void): void {
    this.#open.onDidClose(({ document }) => listener(document));
  }

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  /** Of everything that is open. */
  uris(): readonly string[] {
    return this.#open.keys();
  }

  isCurrent({ uri, version }: OpenDocument): boolean {
    return this.#open.get(uri)?.version === version;
  }

  /** Of the document as it is now; undefined where it is not open. Its problems are worked out when they are looked at. */
  analysis(uri: string): Analysis | undefined {
    return this.#open.get(uri)?.surround(this.#beyond(uri)).runbook.analysis();
  }

  /**
   * Works on the problems of a version until all are known, in slices between which others get their turn.
   * `near` is told those of the part that was edited, or of the first screen, where the others take longer.
   * @returns undefined if the version was overtaken.
   */
  async problems({ uri, version }: OpenDocument, near?: (problems: Problems) => void): Promise<Problems | undefined> {
    for (;;) {
      const open = this.#open.get(uri);
      if (open?.version !== version) return undefined;
      const { runbook } = open.surround(this.#beyond(uri));
      const until = performance.now() + slice;
      const progress = runbook.work(() => performance.now() >= until);
      const known = () => ({ lines: runbook.lines, diagnostics: runbook.diagnostics() });
      if (progress === 'done') return known();
      if (progress === 'near') near?.(known());
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
