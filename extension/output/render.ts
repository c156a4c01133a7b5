import type { ErrorView, RunDetail, StepView } from '../../protocol/run.ts';
import { visible } from '../approvals/describe.ts';
import { duration, isHeld, runLooks, stepSentence } from '../runs/words.ts';

// What the terminal shows around the scripts' own output. Texts of the runbook are made visible first: they must not act.

const style = (codes: string) => (text: string) => `\u001b[${codes}m${text}\u001b[0m`;
const bold = style('1');
const dim = style('2');
const red = style('31');
const green = style('32');
const yellow = style('33');
const line = (text: string) => `${text}\r\n`;
const safe = (text: string) => visible(text).replace(/\n/g, '\r\n');

export function runHeading(run: RunDetail): string {
  return line(bold(safe(run.runbook))) + line(dim(`${safe(run.file.split(/[\\/]/).at(-1) ?? run.file)}, run ${run.id}`));
}

export function stepHeading(step: Pick<StepView, 'id' | 'name'>, attempt = 1): string {
  const again = attempt > 1 ? dim(` (attempt ${attempt})`) : '';
  return line('') + line(bold(`▶ ${safe(step.name ?? step.id)}`) + (step.name ? dim(` ${safe(step.id)}`) : '') + again);
}

/** When the words of another step stood in between. */
export const goesOn = ({ id, name }: Pick<StepView, 'id' | 'name'>): string =>
  line(bold(`▶ ${safe(name ?? id)}`) + dim(`${name === undefined ? '' : ` ${safe(id)}`} goes on`));

/** After the end of a run that was tried again or is rolled back. */
export const goesOnLine = line('') + line(bold('The run goes on.'));

/** Of a paused run. */
export const editedLine = line('') + line(bold('The run has the edited runbook.'));

export const linePrefix = (step: string): string => dim(`${safe(step)} │ `);

/** How the step stands; nothing while it runs or its turn has not come. `named`: not below its own heading. */
export function stepFooter(step: StepView, named = false): string {
  const name = step.name === undefined ? step.id : `${step.name} (${step.id})`;
  const sentence = `${named ? `${safe(name)}: ` : ''}${safe(stepSentence(step))}`;
  switch (step.status) {
    case 'succeeded':
      return line(green(`✓ ${sentence}`));
    case 'failed':
      return line(red(`✗ ${sentence}`)) + remedy(step.error);
    case 'skipped':
    case 'cancelled':
    case 'undone':
      return line(dim(`– ${sentence}`));
    case 'unknown':
    case 'waiting_approval':
      return line(yellow(`‖ ${sentence}`));
    case 'running':
      return isHeld(step) ? line(yellow(`‖ ${sentence}`)) + remedy(step.error) : '';
    case 'pending':
      return '';
  }
}

const remedy = (error: ErrorView | undefined) => (error?.remedy ? line(dim(`  ${safe(error.remedy)}`)) : '');

export function runFooter(run: RunDetail): string {
  const took = run.finishedAt ? ` after ${duration(Date.parse(run.finishedAt) - Date.parse(run.createdAt))}` : '';
  const undone = run.rollback === undefined ? '' : run.rollback === 'full' ? ' and was rolled back' : ' and was rolled back in part';
  const color = run.status === 'completed' ? green : run.status === 'cancelled' ? dim : red;
  const was = run.status === 'rejected' || run.status === 'cancelled' ? 'was ' : '';
  // Errors of steps stand with them.
  const own = run.errors.filter(({ step }) => step === undefined).map((error) => line(red(safe(error.message))) + remedy(error));
  return line('') + line(color(bold(`The run ${was}${runLooks[run.status].word}${took}${undone}.`))) + own.join('');
}
