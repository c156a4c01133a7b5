import type * as vscode from 'vscode';
import type { OutlineStep } from '../../protocol/lsp.ts';
import type { ApprovalView, RunDetail, RunSummary } from '../../protocol/run.ts';
import type { GroupBranch, StepBranch } from '../runs/tree.ts';

/** Elements of the trees; commands on an item get the element. */
export type Node =
  | { readonly kind: 'runbook'; readonly uri: vscode.Uri }
  | { readonly kind: 'runbook-step'; readonly uri: vscode.Uri; readonly step: OutlineStep }
  | { readonly kind: 'question'; readonly question: ApprovalView }
  | { readonly kind: 'run'; readonly run: RunSummary }
  | { readonly kind: 'run-step'; readonly run: RunDetail; readonly branch: StepBranch }
  | { readonly kind: 'run-group'; readonly run: RunDetail; readonly branch: GroupBranch }
  | { readonly kind: 'note'; readonly text: string };

const kinds: readonly string[] = ['runbook', 'runbook-step', 'question', 'run', 'run-step', 'run-group', 'note'] satisfies Node['kind'][];

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' && kinds.includes(value.kind);
}
