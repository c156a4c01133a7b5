import * as vscode from 'vscode';
import type { RunDetail, RunSummary, StepStatus, StepView } from '../../protocol/run.ts';
import { escapeMarkdown, fence, visible } from '../approvals/describe.ts';
import { told } from '../engine/problem.ts';
import { groupContext, isOpen, runContext, stepContext } from '../runs/contexts.ts';
import { type Branch, type GroupBranch, mostTelling, type StepBranch, tallySentence, treeOf } from '../runs/tree.ts';
import {
  approverWords,
  clock,
  isFinal,
  type Look,
  oneLine,
  runLooks,
  runSentence,
  stepLooks,
  stepSentence,
  stepTitle,
} from '../runs/words.ts';
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
      if (node.kind === 'run-step' || node.kind === 'run-group') return nodesOf(node.run, node.branch.children);
      if (node.kind !== 'run') return [];
      try {
        const detail = await services.store.load(node.run.id);
        return nodesOf(detail, treeOf(detail));
      } catch (error) {
        return [{ kind: 'note', text: told(error).message }];
      }
    },
    getTreeItem(node) {
      if (node.kind === 'run') {
        const run = services.store.detail(node.run.id) ?? services.store.runs.find((one) => one.id === node.run.id) ?? node.run;
        return runItem(run, services.store.runs);
      }
      if (node.kind === 'run-step') return stepItem(node.run, node.branch, node);
      if (node.kind === 'run-group') return groupItem(node.run, node.branch);
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

function nodesOf(run: RunDetail, branches: readonly Branch[]): Node[] {
  return branches.map((branch): Node => (branch.kind === 'step' ? { kind: 'run-step', run, branch } : { kind: 'run-group', run, branch }));
}

function runItem(run: RunSummary | RunDetail, runs: readonly RunSummary[]): vscode.TreeItem {
  const active = !isFinal(run);
  const item = new vscode.TreeItem(
    run.runbook,
    active ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  const sentence = runSentence(run, runs);
  item.id = run.id;
  item.description = `${sentence} · ${clock(run.createdAt)}`;
  item.iconPath = icon(runLook(run));
  item.contextValue = runContext(run);
  item.tooltip = new vscode.MarkdownString(
    [
      `**${escapeMarkdown(visible(run.runbook, 'line'))}** ${escapeMarkdown(visible(sentence, 'line'))}`,
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
    label: `Run of ${run.runbook}, ${sentence}, started ${new Date(run.createdAt).toLocaleString()}`,
  };
  return item;
}

/** Two kinds of pause: one that a person wanted, and a question that holds everything up. */
function runLook(run: RunSummary | RunDetail): Look {
  const look = runLooks[run.status];
  return run.status === 'paused' && 'steps' in run && run.paused === undefined ? { ...look, icon: 'question' } : look;
}

function stepItem(run: RunDetail, branch: StepBranch, node: Node): vscode.TreeItem {
  const { step } = branch;
  const look = stepLooks[step.status];
  const title = step.id.startsWith('undo/') ? stepTitle({ ...step, id: step.id.slice('undo/'.length) }) : ownTitle(step);
  const item = new vscode.TreeItem(visible(title, 'line'), collapsible(branch));
  const question = run.approvals.find((one) => one.status === 'pending' && one.step === step.id);
  const tally = tallyWords(branch);
  // The question comes first: a narrow view cuts what stands behind it, and the icon says already that it waits.
  const asked = [...(question?.message ? [visible(oneLine(question.message, 80), 'line')] : []), stepSentence(step)];
  const words = [...(tally.length > 0 && step.status !== 'running' ? [] : asked), ...tally, ...(question ? approverWords(question) : [])];
  item.id = `${run.id}#${step.id}`;
  item.description = words.join(' · ');
  item.iconPath = icon(look);
  item.contextValue = stepContext(run, step);
  const error = step.error ? [fence(visible([step.error.message, step.error.remedy].join('\n')))] : [];
  const place = fence(
    [
      `Step: ${step.id}`,
      ...(step.cachedAt ? [`Not run: its result of ${new Date(step.cachedAt).toLocaleString()} is still fresh`] : []),
      ...(step.file ? [`File: ${step.file}:${step.line}`] : []),
    ]
      .map((line) => visible(line))
      .join('\n'),
  );
  item.tooltip = new vscode.MarkdownString(
    [`**${escapeMarkdown(visible(step.name ?? step.id, 'line'))}** ${escapeMarkdown(look.word)}`, ...error, place].join('\n\n'),
  );
  item.accessibilityInformation = { label: `Step ${stepTitle(step)}, ${words.join(', ')}` };
  item.command = { command: 'runwright.openRunbook', title: 'Open Runbook', arguments: [node] };
  return item;
}

/** What a step is in stands above it. */
function ownTitle({ id, name, verb }: StepView): string {
  if (name !== undefined) return name;
  const last = id.slice(id.lastIndexOf('/') + 1);
  return last.startsWith('#') ? `${last} ${verb}` : last;
}

/** Of a loop: how its items stand. */
function tallyWords({ step, children }: StepBranch): string[] {
  if (step.verb !== 'for-each' && step.verb !== 'repeat') return [];
  const leaves = children.flatMap((child) => (child.kind === 'group' && child.what === 'stretch' ? child.children : [child]));
  const tally: Partial<Record<StepStatus, number>> = {};
  for (const leaf of leaves) {
    if (leaf.kind !== 'group') continue;
    const status = mostTelling(leaf.tally);
    tally[status] = (tally[status] ?? 0) + 1;
  }
  return leaves.length === 0 ? [] : [tallySentence(tally, (status) => stepLooks[status].word)];
}

function groupItem(run: RunDetail, group: GroupBranch): vscode.TreeItem {
  const look = stepLooks[mostTelling(group.tally)];
  const item = new vscode.TreeItem(visible(group.label, 'line'), collapsible(group));
  const sentence = tallySentence(group.tally, (status) => stepLooks[status].word);
  item.id = `${run.id}#group ${group.id}`;
  item.description = sentence;
  item.iconPath = icon(look);
  item.contextValue = groupContext(run, group);
  item.tooltip = visible(`${group.label}: ${sentence}`, 'line');
  item.accessibilityInformation = { label: `${group.label}, ${sentence}` };
  return item;
}

/** What a line was when it was first shown is kept, so a loop that is still to come is open before it holds anything. */
function collapsible(branch: Branch): vscode.TreeItemCollapsibleState {
  if (branch.kind === 'step' && willHold(branch.step)) return vscode.TreeItemCollapsibleState.Expanded;
  if (branch.children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return isOpen(branch) || (branch.kind === 'group' && branch.what === 'rollback')
    ? vscode.TreeItemCollapsibleState.Expanded
    : vscode.TreeItemCollapsibleState.Collapsed;
}

const holding: readonly string[] = ['parallel', 'for-each', 'repeat', 'switch', 'call'];
const willHold = ({ verb, status }: StepView): boolean => holding.includes(verb) && (status === 'pending' || status === 'running');
