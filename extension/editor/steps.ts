import type { OutlineStep } from '../../protocol/lsp.ts';

/** The step that a line is in: the last one that begins at or before it and does not end before it. `line` is 0-based. */
export function stepAt(steps: readonly OutlineStep[], line: number): OutlineStep | undefined {
  return steps.filter((step) => step.range.start.line <= line && line <= step.range.end.line).at(-1);
}

/** Steps that can be asked to run: an undo runs only in a rollback. */
export function runnable(steps: readonly OutlineStep[]): OutlineStep[] {
  return steps.filter((step) => !step.path.startsWith('undo/'));
}
