import * as vscode from 'vscode';
import type { RunSummary, StepView } from '../../protocol/run.ts';
import { escapeMarkdown, fence, visible } from '../approvals/describe.ts';
import { told } from '../engine/problem.ts';
import { duration, type Look, runLooks, stepLooks, stepSentence, stepTitle } from '../runs/words.ts';
import type { Services } from '../services.ts';
import type { Node } from './nodes.ts';

/** Runs, newest first, with their steps: those of every window and of the command line. */
export function runsView(services: Services): vscode.Disposable & { readonly provider: vscode.TreeDataProvider<Node> } {
  const changed = new vscode.EventEmitter<Node | undefined>();
  /** The tree refreshes an element only when it gets the same object again. */
  const nodes = new Map<string, Extract<Node, { kind: 'run' }>>();
  let order = '';

  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    async getChildren(node) {
      if (!node) {
        order = orderOf(services.store.runs);
        return services.store.runs.map((run) => {
          const child = { kind: 'run' as const, run };
          nodes.set(run.id, child);
          return child;
        });
      }
      if (node.kind !== 'run') return [];
      try {
        const detail = await services.store.load(node.run.id);
        return detail.steps.map((step): Node => ({ kind: 'run-step', run: detail, step }));
      } catch (error) {
        return [{ kind: 'note', text: told(error).message }];
      }
    },
    getTreeItem(node) {
      if (node.kind === 'run') return runItem(services.store.runs.find((run) => run.id === node.run.id) ?? node.run);
      if (node.kind === 'run-step') return stepItem(node.run, node.step, node);
      return new vscode.TreeItem(node.kind === 'note' ? node.text : '');
    },
  };
  const view = vscode.window.createTreeView('runwright.runs', { treeDataProvider: provider, showCollapseAll: true });
  const stop = services.store.onChange((run) => {
    const known = run === undefined ? undefined : nodes.get(run);
    changed.fire(known && order === orderOf(services.store.runs) ? known : undefined);
  });
  return { provider, dispose: () => vscode.Disposable.from(view, changed, { dispose: stop }).dispose() };
}

const orderOf = (runs: readonly RunSummary[]) => runs.map((run) => run.id).join();

function icon(look: Look): vscode.ThemeIcon {
  return new vscode.ThemeIcon(look.icon, look.color === undefined ? undefined : new vscode.ThemeColor(look.color));
}

function runItem(run: RunSummary): vscode.TreeItem {
  const look = runLooks[run.status];
  const active = look.context === 'run.active';
  const item = new vscode.TreeItem(
    run.runbook,
    active ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  const took = run.finishedAt ? ` in ${duration(Date.parse(run.finishedAt) - Date.parse(run.createdAt))}` : '';
  item.id = run.id;
  item.description = `${look.word}${took} · ${when(run.createdAt)}`;
  item.iconPath = icon(look);
  item.contextValue = look.context;
  item.tooltip = new vscode.MarkdownString(
    [
      `**${escapeMarkdown(visible(run.runbook, 'line'))}** ${escapeMarkdown(look.word)}`,
      fence(
        [
          `File: ${visible(run.file, 'line')}`,
          `Started: ${new Date(run.createdAt).toLocaleString()} by ${visible(run.requestedBy, 'line')}`,
          `Run: ${run.id}`,
        ].join('\n'),
      ),
    ].join('\n\n'),
  );
  item.accessibilityInformation = {
    label: `Run of ${run.runbook}, ${look.word}${took}, started ${new Date(run.createdAt).toLocaleString()}`,
  };
  return item;
}

function stepItem(run: RunSummary, step: StepView, node: Node): vscode.TreeItem {
  const look = stepLooks[step.status];
  const item = new vscode.TreeItem(stepTitle(step));
  item.id = `${run.id}#${step.id}`;
  item.description = stepSentence(step);
  item.iconPath = icon(look);
  item.contextValue = look.context;
  const error = step.error ? [fence(visible([step.error.message, step.error.remedy].join('\n')))] : [];
  item.tooltip = new vscode.MarkdownString(
    [`**${escapeMarkdown(visible(step.name ?? step.id, 'line'))}** ${escapeMarkdown(look.word)}`, ...error].join('\n\n'),
  );
  item.accessibilityInformation = { label: `Step ${stepTitle(step)}, ${stepSentence(step)}` };
  item.command = { command: 'runwright.openRunbook', title: 'Open Runbook', arguments: [node] };
  return item;
}

/** The time of a run of today, else its date. */
function when(iso: string): string {
  const date = new Date(iso);
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString();
}
