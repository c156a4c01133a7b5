import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../extension/extension.ts';
import type { Node } from '../../extension/views/nodes.ts';
import type { RunDetail, RunStatus } from '../../protocol/run.ts';

/** The extension as VS Code loaded it, with its engine and language server up. */
export async function activated(): Promise<{ api: Api; manifest: Manifest }> {
  const extension = vscode.extensions.getExtension<Api>('runwright.runwright');
  assert.ok(extension, 'the extension is not there');
  const api = await extension.activate();
  await api.ready;
  return { api, manifest: JSON.parse(readFileSync(join(extension.extensionPath, 'package.json'), 'utf8')) as Manifest };
}

export interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

export function workspaceFile(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Asks again until there is an answer; the limit only ends a test that has failed anyway. */
export async function eventually<T>(what: string, ask: () => T | undefined | Promise<T | undefined>, limit = 30_000): Promise<T> {
  const deadline = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${limit / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Runs a runbook of the workspace by the command, as a task would. */
export async function runFile(name: string, inputs: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<string> {
  const id = await vscode.commands.executeCommand<string | undefined>(more.step === undefined ? 'runwright.run' : 'runwright.runStep', {
    file: workspaceFile(name).fsPath,
    inputs,
    ...more,
  });
  assert.ok(id, `${name} was not started`);
  return id;
}

export function reaches(api: Api, run: string, status: RunStatus): Promise<RunDetail> {
  return eventually(`${status} of run ${run}`, () => {
    const detail = api.services.store.detail(run);
    return detail?.status === status ? detail : undefined;
  });
}

/** A document shown in the editor, written to the workspace first. */
export async function showFile(name: string, text?: string): Promise<vscode.TextEditor> {
  const uri = workspaceFile(name);
  if (text !== undefined) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

export async function items(provider: vscode.TreeDataProvider<Node>, parent?: Node): Promise<{ node: Node; item: vscode.TreeItem }[]> {
  const nodes = (await provider.getChildren(parent)) ?? [];
  return Promise.all(nodes.map(async (node) => ({ node, item: await provider.getTreeItem(node) })));
}
