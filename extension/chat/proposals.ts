import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Proposal } from '../../copilot/proposals/proposal.ts';
import { languageId } from '../contributions.ts';

const scheme = 'runwright-proposal';
/** Texts that are kept for editors that show them. */
const kept = 20;

/** Proposals as documents that nobody can write to: an edit beside the file as it stands, a new runbook alone. */
export class ProposalDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #count = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.query) ?? '';
  }

  /** In an editor of VS Code, which can compare, search and be read at any size. */
  async show(proposal: Proposal): Promise<void> {
    const id = String(++this.#count);
    this.#texts.set(id, proposal.text);
    const oldest = this.#texts.keys().next().value;
    if (this.#texts.size > kept && oldest !== undefined) this.#texts.delete(oldest);
    const name = basename(proposal.file);
    const uri = vscode.Uri.from({ scheme, path: `/${name}`, query: id });
    if (proposal.kind === 'edit') {
      await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(proposal.file), uri, `${name}: proposed change`, {
        preview: true,
      });
      return;
    }
    const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), languageId);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#texts.clear();
  }
}
