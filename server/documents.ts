import { type Connection, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Analysis, analyse } from '../runbook/analyse.ts';
import type { ActionManifest } from '../runbook/core/action.ts';

export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly languageId: string;
}

/** Open documents and what is known of them: one analysis for each version, made when first asked for. */
export class Documents {
  readonly #open = new TextDocuments(TextDocument);
  readonly #analyses = new Map<string, { readonly version: number; readonly analysis: Analysis }>();
  readonly #connection: Connection;
  readonly #actions: readonly ActionManifest[];

  constructor(connection: Connection, actions: readonly ActionManifest[]) {
    this.#connection = connection;
    this.#actions = actions;
  }

  listen(): void {
    this.#open.listen(this.#connection);
    this.#open.onDidClose(({ document }) => this.#analyses.delete(document.uri));
  }

  onChange(listener: (document: OpenDocument) => void): void {
    this.#open.onDidChangeContent(({ document }) => listener(document));
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

  /** Of the document as it is now; undefined where it is not open. */
  analysis(uri: string): Analysis | undefined {
    const document = this.#open.get(uri);
    if (!document) return undefined;
    const known = this.#analyses.get(uri);
    if (known?.version === document.version) return known.analysis;
    const analysis = analyse(document.getText(), { actions: this.#actions });
    this.#analyses.set(uri, { version: document.version, analysis });
    return analysis;
  }
}
