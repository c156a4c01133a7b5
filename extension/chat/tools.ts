import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Documents } from '../../copilot/context/ports.ts';
import type { LibraryEntry, ToolPorts } from '../../copilot/tools/ports.ts';
import type { ChatHost } from '../chat-port.ts';
import { runbookGlob } from '../contributions.ts';

/** A workspace may hold more; a model is told how many were looked at. */
const mostFiles = 2_000;

/** What a model's tools reach in VS Code: the language server, the runbooks of the workspace, and the engine by a token that cannot approve. */
export function toolsOf(host: ChatHost, documents: Documents): Omit<ToolPorts, 'sources'> {
  const beside = async (file: string | undefined): Promise<vscode.Uri> => {
    const open = file ?? (await documents.open())?.file;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (open !== undefined) return vscode.Uri.file(open);
    return folder === undefined ? vscode.Uri.file('/new.runbook.yaml') : vscode.Uri.joinPath(folder, 'new.runbook.yaml');
  };
  return {
    language: {
      actions: async () => host.language.actions(await beside(undefined)),
      check: async (text, file) => host.language.checkText(await beside(file), text),
    },
    library: { list: async () => (await vscode.workspace.findFiles(runbookGlob, undefined, mostFiles)).map(entryOf) },
    starter: { start: ({ file, inputs }) => host.request({ file, inputs: { ...inputs }, via: 'chat' }) },
  };
}

function entryOf(uri: vscode.Uri): LibraryEntry {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const below = relative(folder?.uri.fsPath ?? '', uri.fsPath)
    .split(sep)
    .join('/');
  return {
    name: several && folder !== undefined ? `${folder.name}/${below}` : below,
    file: uri.fsPath,
    read: async () => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)),
  };
}
