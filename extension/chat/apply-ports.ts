import * as vscode from 'vscode';
import type { ChatHost } from '../chat-port.ts';
import { Refusal } from '../engine/problem.ts';
import type { ApplyPorts } from './apply.ts';
import type { ProposalDocuments } from './proposals.ts';

/** The document as an editor has it, opened from the disk where none has; undefined where there is no such file. */
async function documentOf(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) return open;
  const there = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  return there ? vscode.workspace.openTextDocument(uri) : undefined;
}

/** Changes of the workspace as a person would make them: in the editor, undone in one step, saved by nobody but the person. */
export function applyPorts(host: ChatHost, proposals: ProposalDocuments): ApplyPorts {
  return {
    read: async (file) => (await documentOf(vscode.Uri.file(file)))?.getText(),
    check: (text, file) => host.language.checkText(vscode.Uri.file(file), text),
    async edit(file, from, edits, label) {
      const document = await documentOf(vscode.Uri.file(file));
      if (document === undefined) return false;
      const editor = await vscode.window.showTextDocument(document, { viewColumn: columnOf(document), preserveFocus: true });
      // Nothing is awaited between this look and the request, which VS Code refuses itself for another version of the document.
      if (document.getText() !== from) return false;
      const change = new vscode.WorkspaceEdit();
      const ranges = edits.map(({ range: { start, end } }) => new vscode.Range(start.line, start.character, end.line, end.character));
      for (const [index, range] of ranges.entries())
        change.replace(document.uri, range, edits[index]?.newText ?? '', { needsConfirmation: false, label });
      if (!(await vscode.workspace.applyEdit(change))) return false;
      const first = ranges[0];
      if (first !== undefined) editor.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return true;
    },
    async create(file, text) {
      const root = vscode.workspace.workspaceFolders?.[0];
      if (root === undefined)
        throw new Refusal('A new runbook needs a folder, and none is open.', 'Open one with "File: Open Folder" and press Create again.');
      const uri = vscode.Uri.joinPath(root.uri, ...file.split('/'));
      if ((await documentOf(uri)) !== undefined) return false;
      const change = new vscode.WorkspaceEdit();
      change.createFile(uri, { overwrite: false, ignoreIfExists: false, contents: new TextEncoder().encode(text) });
      if (!(await vscode.workspace.applyEdit(change))) return false;
      await vscode.window.showTextDocument(uri, { preview: false });
      return true;
    },
    open: (proposal) => proposals.show(proposal),
  };
}

/** Where it is shown already, else the first column. */
const columnOf = (document: vscode.TextDocument): vscode.ViewColumn =>
  vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn ?? vscode.ViewColumn.One;
