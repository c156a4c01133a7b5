import * as vscode from 'vscode';
import type { OutlineStep } from '../../protocol/lsp.ts';
import { findRunbooks } from '../commands/runbooks.ts';
import { runbookGlob } from '../contributions.ts';
import type { Services } from '../services.ts';
import type { Node } from './nodes.ts';

/** The workspace's runbooks and the steps in them, as the files stand in the editor. */
export function runbooksView(
  services: Services,
): vscode.Disposable & { refresh(): void; readonly provider: vscode.TreeDataProvider<Node> } {
  const changed = new vscode.EventEmitter<Node | undefined>();
  /** Found once, then kept by the watcher: a window shows the list many times. */
  let files: Promise<vscode.Uri[]> | undefined;
  const nodes = new Map<string, Node>();
  const reread = () => {
    files = undefined;
    changed.fire(undefined);
  };

  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    async getChildren(node) {
      if (!node) {
        files ??= Promise.resolve(findRunbooks());
        const found = [...(await files)].sort((a, b) => a.path.localeCompare(b.path));
        nodes.clear();
        return found.map((uri) => {
          const child: Node = { kind: 'runbook', uri };
          nodes.set(uri.toString(), child);
          return child;
        });
      }
      if (node.kind !== 'runbook') return [];
      const outline = await services.language.outline(node.uri);
      return (outline?.steps ?? []).map((step): Node => ({ kind: 'runbook-step', uri: node.uri, step }));
    },
    getTreeItem: (node) =>
      node.kind === 'runbook-step'
        ? stepItem(node.uri, node.step)
        : node.kind === 'runbook'
          ? fileItem(node.uri, node)
          : new vscode.TreeItem(''),
  };

  const view = vscode.window.createTreeView('runwright.runbooks', { treeDataProvider: provider, showCollapseAll: true });
  const watcher = vscode.workspace.createFileSystemWatcher(runbookGlob);
  const edited = (uri: vscode.Uri) => {
    const node = nodes.get(uri.toString());
    if (node) changed.fire(node);
  };
  const parts = [
    view,
    changed,
    watcher,
    watcher.onDidCreate(reread),
    watcher.onDidDelete(reread),
    watcher.onDidChange(edited),
    vscode.workspace.onDidChangeWorkspaceFolders(reread),
    vscode.workspace.onDidSaveTextDocument((document) => edited(document.uri)),
  ];
  return { provider, refresh: reread, dispose: () => vscode.Disposable.from(...parts).dispose() };
}

function fileItem(uri: vscode.Uri, node: Node): vscode.TreeItem {
  const path = vscode.workspace.asRelativePath(uri);
  const cut = path.lastIndexOf('/');
  const item = new vscode.TreeItem(path.slice(cut + 1), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = uri.toString();
  item.description = cut < 0 ? undefined : path.slice(0, cut);
  item.resourceUri = uri;
  item.iconPath = vscode.ThemeIcon.File;
  item.contextValue = 'runbook';
  item.tooltip = path;
  item.accessibilityInformation = { label: `Runbook ${path}` };
  item.command = { command: 'runwright.openRunbook', title: 'Open Runbook', arguments: [node] };
  return item;
}

function stepItem(uri: vscode.Uri, step: OutlineStep): vscode.TreeItem {
  const item = new vscode.TreeItem(step.name ?? step.path);
  item.id = `${uri.toString()}#${step.path}`;
  item.description = [step.name ? step.path : undefined, step.verb].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon(step.verb === 'approve' ? 'pass' : step.verb === 'run' ? 'terminal' : 'symbol-event');
  item.contextValue = 'runbook.step';
  item.accessibilityInformation = { label: `Step ${step.name ?? step.path}, ${step.verb}` };
  item.command = { command: 'runwright.openRunbook', title: 'Open Runbook', arguments: [{ file: uri.fsPath, step: step.path }] };
  return item;
}
