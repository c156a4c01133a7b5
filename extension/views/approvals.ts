import * as vscode from 'vscode';
import type { ApprovalView } from '../../protocol/run.ts';
import { describe, describeMarkdown, headline, visible } from '../approvals/describe.ts';
import { approverWords, oneLine, stepTitle } from '../runs/words.ts';
import type { Services } from '../services.ts';
import type { Node } from './nodes.ts';

/** The questions that wait for a person; the badge counts them. */
export function approvalsView(
  services: Services,
): vscode.Disposable & { readonly provider: vscode.TreeDataProvider<Node>; readonly view: vscode.TreeView<Node> } {
  const changed = new vscode.EventEmitter<Node | undefined>();
  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => (node ? [] : services.store.questions.map((question): Node => ({ kind: 'question', question }))),
    getTreeItem: (node) => (node.kind === 'question' ? questionItem(node.question) : new vscode.TreeItem('')),
    getParent: () => undefined,
  };
  const view = vscode.window.createTreeView('runwright.approvals', { treeDataProvider: provider });
  let shown = '';
  const stop = services.store.onChange(() => {
    const questions = services.store.questions;
    const now = questions.map((question) => [keyOf(question), ...approverWords(question)].join(' ')).join('\n');
    if (now === shown) return;
    shown = now;
    const count = questions.length;
    view.badge =
      count === 0 ? undefined : { value: count, tooltip: count === 1 ? '1 step waits for an answer' : `${count} steps wait for an answer` };
    changed.fire(undefined);
  });
  return { provider, view, dispose: () => vscode.Disposable.from(view, changed, { dispose: stop }).dispose() };
}

export const keyOf = (question: ApprovalView): string => `${question.run} ${question.step} ${question.digest} ${question.kind}`;

function questionItem(question: ApprovalView): vscode.TreeItem {
  const item = new vscode.TreeItem(stepTitle({ id: question.step, name: question.stepName }));
  const unknown = question.kind === 'unknown-outcome';
  item.id = keyOf(question);
  item.description = [
    oneLine(visible(question.message, 'line'), 80),
    question.runbook,
    unknown ? 'outcome unknown' : `risk ${question.risk}`,
    ...approverWords(question),
  ]
    .filter(Boolean)
    .join(' · ');
  const serious = question.risk === 'high' || question.risk === 'critical';
  item.iconPath = new vscode.ThemeIcon(
    unknown ? 'question' : 'debug-pause',
    new vscode.ThemeColor(serious ? 'charts.red' : 'charts.yellow'),
  );
  item.contextValue = unknown ? 'unknown' : 'approval';
  // Neither trusted nor with HTML: what a runbook says is text.
  item.tooltip = new vscode.MarkdownString(describeMarkdown(question));
  item.accessibilityInformation = {
    label: `${headline(question)} ${oneLine(question.message)} ${oneLine(describe(question).detail, 400)}`,
  };
  item.command = { command: 'runwright.openRunbook', title: 'Open Runbook', arguments: [{ file: question.file, step: question.step }] };
  return item;
}
