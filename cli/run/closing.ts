import type { ApprovalView, RunDetail, StepView } from '../../protocol/run.ts';
import { duration, valueText } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { oneLine } from '../lib/safe-text.ts';
import { runWords } from '../lib/words.ts';

/** The last lines of a run that people read: how it stands, its outputs, and how to answer what is still open. */
export function closing(io: Io, run: RunDetail, waiting: readonly ApprovalView[]): string[] {
  const { word, style } = runWords[run.status];
  const took = run.finishedAt === undefined ? '' : ` in ${duration(Date.parse(run.finishedAt) - Date.parse(run.createdAt))}`;
  const rollback = run.rollback === undefined ? '' : run.rollback === 'full' ? ', everything undone' : ', undone in part';
  const lines = [`Run ${run.id} ${io.style(style, word)}${took}${rollback}`];
  for (const [name, value] of Object.entries(run.outputs)) lines.push(`  ${io.style('bold', oneLine(name))}: ${oneLine(valueText(value))}`);
  for (const { id, error } of run.steps.filter(isHeld))
    lines.push(
      `The step ${oneLine(id)} has not begun. ${oneLine(error?.message ?? '')}`,
      oneLine(error?.remedy ?? ''),
      `It goes on when the store is open and you say \`runwright resume ${run.id}\`.`,
    );
  for (const approval of waiting) lines.push(...howToAnswer(approval));
  return lines;
}

/** It has not begun, because the secrets that it needs are locked up. */
export const isHeld = ({ status, error }: StepView): boolean => status === 'running' && error?.code === 'secrets-locked';

/** A sentence that says how a question can be answered later. */
export function howToAnswer({ kind, run, step, message, min, given = [] }: ApprovalView): string[] {
  const subject = `${run} '${step}'`;
  return kind === 'approval'
    ? [
        `The step ${step} waits for an answer: ${oneLine(message)}`,
        ...(min === undefined ? [] : [`It needs ${min} different people; so far ${oneLine(given.join(', ')) || 'nobody'} agreed.`]),
        `Answer it in the editor, or with \`runwright approve ${subject}\` or \`runwright reject ${subject}\`.`,
      ]
    : [
        `What became of the step ${step} is not known: ${oneLine(message)}`,
        `Find out, then say so with \`runwright answer ${subject} --succeeded\`, \`--failed\` or \`--repeat\`.`,
      ];
}
