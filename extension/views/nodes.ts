import type * as vscode from 'vscode';
import type { OutlineStep } from '../../protocol/lsp.ts';
import type { ApprovalView, RunSummary, StepView } from '../../protocol/run.ts';

/** Elements of the trees; commands on an item get the element. */
export type Node =
  | { readonly kind: 'runbook'; readonly uri: vscode.Uri }
  | { readonly kind: 'runbook-step'; readonly uri: vscode.Uri; readonly step: OutlineStep }
  | { readonly kind: 'question'; readonly question: ApprovalView }
  | { readonly kind: 'run'; readonly run: RunSummary }
  | { readonly kind: 'run-step'; readonly run: RunSummary; readonly step: StepView }
  | { readonly kind: 'note'; readonly text: string };

const kinds: readonly string[] = ['runbook', 'runbook-step', 'question', 'run', 'run-step', 'note'] satisfies Node['kind'][];

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' && kinds.includes(value.kind);
}
