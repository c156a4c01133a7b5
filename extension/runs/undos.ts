import type { RiskLevel, RunDetail, StepView } from '../../protocol/run.ts';
import { visible } from '../approvals/describe.ts';
import { stepTitle } from './words.ts';

/** What a rollback of the run would do, in its order: what ended last is taken back first. */
export function undosOf({ steps }: RunDetail): (StepView & { readonly undo: NonNullable<StepView['undo']> })[] {
  return steps
    .flatMap((step) => (step.undo === undefined ? [] : [{ ...step, undo: step.undo }]))
    .sort((a, b) => (b.finishedAt ?? '').localeCompare(a.finishedAt ?? ''));
}

const levels: readonly RiskLevel[] = ['low', 'medium', 'high', 'critical'];

export const highestRisk = (run: RunDetail): RiskLevel =>
  levels.findLast((level) => undosOf(run).some(({ undo }) => undo.risk === level)) ?? 'low';

/** A line or a few for each undo, as plain text. */
export function undoLines(run: RunDetail): string[] {
  return undosOf(run).map((step, index) => {
    const { undo } = step;
    const what = undo.name ?? (undo.verb === 'run' ? 'a script' : undo.verb);
    const does = undo.does === undefined ? '' : `\n${indent(visible(undo.does.trimEnd()))}`;
    return `${index + 1}. Undo ${visible(stepTitle(step), 'line')} by ${visible(what, 'line')} (risk ${undo.risk})${does}`;
  });
}

/** Everything, for an editor. */
export function rollbackText(run: RunDetail): string {
  const undos = undoLines(run);
  if (undos.length === 0) return 'Nothing of this run can be undone.\n';
  const head = `A rollback of “${visible(run.runbook, 'line')}” would take back, in this order:`;
  const foot =
    'Expressions are shown as written: their values are put in when each undo has its turn.\nOne that fails does not stop the others.';
  return `${[head, ...undos, foot].join('\n\n')}\n`;
}

const indent = (text: string): string => text.replace(/^/gm, '   ');
