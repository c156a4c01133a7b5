import * as vscode from 'vscode';
import type { Documents, OpenRunbook, Runs, Sources } from '../../copilot/context/ports.ts';
import type { ChatHost } from '../chat-port.ts';
import { languageId } from '../contributions.ts';

const severities = ['error', 'warning', 'information', 'hint'] as const;

/** Remembers the runbook that was looked at last: while somebody types into the chat, no editor is active. */
export class EditorDocuments implements Documents, vscode.Disposable {
  #last: vscode.TextEditor | undefined;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[] = [];
  /** What would be given may have changed. */
  readonly onChange = this.#changed.event;

  constructor() {
    this.#take(vscode.window.activeTextEditor);
    this.#disposables.push(
      this.#changed,
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#take(editor)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#touch(event.textEditor.document)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#touch(event.document)),
      vscode.languages.onDidChangeDiagnostics((event) => {
        if (this.#last && event.uris.some((uri) => uri.toString() === this.#last?.document.uri.toString())) this.#changed.fire();
      }),
    );
  }

  async open(): Promise<OpenRunbook | undefined> {
    const editor = this.#editor();
    if (editor === undefined) return undefined;
    const { document } = editor;
    return {
      file: document.uri.fsPath,
      text: document.getText(),
      unsaved: document.isDirty,
      cursorLine: editor.selection.active.line + 1,
      diagnostics: vscode.languages.getDiagnostics(document.uri).map((item) => ({
        line: item.range.start.line + 1,
        severity: severities[item.severity] ?? 'error',
        code: String(typeof item.code === 'object' ? item.code.value : (item.code ?? item.source ?? '')),
        message: item.message,
      })),
    };
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** The remembered one while it has a tab, also behind another; else any runbook on the screen. */
  #editor(): vscode.TextEditor | undefined {
    const last = this.#last;
    if (last && !last.document.isClosed && hasTab(last.document.uri)) return last;
    return vscode.window.visibleTextEditors.find((editor) => editor.document.languageId === languageId);
  }

  #take(editor: vscode.TextEditor | undefined): void {
    if (editor?.document.languageId === languageId) this.#last = editor;
    this.#changed.fire();
  }

  #touch(document: vscode.TextDocument): void {
    if (document === this.#last?.document) this.#changed.fire();
  }
}

const hasTab = (uri: vscode.Uri): boolean =>
  vscode.window.tabGroups.all.some((group) =>
    group.tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );

export function sourcesOf(host: ChatHost, documents: Documents, run: string | undefined): Sources {
  const runs: Runs = {
    list: async (query) => (await host.engine()).list(query),
    show: async (id, query) => (await host.engine()).show(id, query),
    output: async (id, step) => (await host.engine()).output(id, step),
  };
  return { documents, runs, ...(run === undefined ? {} : { run }) };
}
