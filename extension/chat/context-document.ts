import * as vscode from 'vscode';
import { systemPrompt } from '../../copilot/prompts.ts';
import type { ChatSession } from './session.ts';

const scheme = 'runwright-context';

/** "Show Copilot's Context": everything that would go to a model with the next question, as a read-only document. */
export class ContextDocument implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #session: ChatSession;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(session: ChatSession) {
    this.#session = session;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  async provideTextDocumentContent(): Promise<string> {
    const { context, notes } = await this.#session.upcoming();
    const said = notes.map((note) => `> ${note}`);
    const hidden = context.flatMap((chip) => chip.redactions).reduce((sum, { count }) => sum + count, 0);
    const size = context.reduce((sum, chip) => sum + chip.characters, 0);
    const summary = `> ${size.toLocaleString('en')} characters of context; ${hidden === 0 ? 'no secret had to be hidden' : `hidden secrets: ${hidden}`}. With the offline rules nothing leaves this machine.`;
    return [summary, ...said, '', systemPrompt, '', ...context.map((chip) => `${chip.text}\n`)].join('\n');
  }

  async show(): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: '/Context of the next question.md' });
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
