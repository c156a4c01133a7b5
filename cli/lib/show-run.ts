import type { RunDetail, StepView } from '../../protocol/run.ts';
import { howToAnswer } from '../run/closing.ts';
import { duration, indent, localTime, valueText } from './format.ts';
import type { Io } from './io.ts';
import { oneLine, plainText } from './safe-text.ts';
import { runWords, stepMarks } from './words.ts';

/** A run as `show` prints it: its JSON, or a page for people. */
export function printRun(io: Io, run: RunDetail, json: boolean): void {
  io.out(json ? `${JSON.stringify({ ...run, finishedAt: run.finishedAt ?? null }, null, 2)}\n` : `${page(io, run).join('\n')}\n`);
}

function page(io: Io, run: RunDetail): string[] {
  const { word, style } = runWords[run.status];
  const heading = (text: string) => io.style('bold', text);
  const lines = [`${heading(oneLine(run.runbook))}  run ${run.id}  ${io.style(style, word)}`];
  const facts: [string, string][] = [
    ['file', oneLine(run.file)],
    ['started', `${localTime(run.createdAt)} by ${oneLine(run.requestedBy)} (${run.via})`],
  ];
  if (run.finishedAt)
    facts.push(['ended', `${localTime(run.finishedAt)}, after ${duration(Date.parse(run.finishedAt) - Date.parse(run.createdAt))}`]);
  if (run.paused) facts.push(['paused', `${localTime(run.paused.at)} by ${oneLine(run.paused.by)}`]);
  if (run.queued) facts.push(['queued', `in ${oneLine(run.queued.group)}, behind run ${run.queued.behind ?? 'of the same group'}`]);
  if (run.rollback) facts.push(['undone', run.rollback === 'full' ? 'everything that could be' : 'in part']);
  for (const [name, value] of Object.entries(run.inputs)) facts.push(['input', `${oneLine(name)} = ${oneLine(valueText(value))}`]);
  lines.push(...facts.map(([name, value]) => `  ${io.style('dim', name.padEnd(8))} ${value}`));
  const depth = depths(run.steps);
  if (run.steps.length > 0) lines.push('', heading('Steps'), ...run.steps.flatMap((step) => stepLines(io, step, depth(step))));
  const runErrors = run.errors.filter((error) => error.step === undefined);
  if (runErrors.length > 0)
    lines.push('', heading('Errors'), ...runErrors.map(({ message, remedy }) => indent(plainText(`${message}\n${remedy}`), '  ')));
  const pending = run.approvals.filter((approval) => approval.status === 'pending');
  if (pending.length > 0)
    lines.push('', heading('Waiting for an answer'), ...pending.flatMap((approval) => howToAnswer(approval).map((line) => `  ${line}`)));
  const decided = run.approvals.filter((approval) => approval.status !== 'pending');
  if (decided.length > 0) lines.push('', heading('Answers given'));
  for (const { step, status, by, via, note, digest } of decided) {
    const who = by === undefined ? '' : ` by ${oneLine(by)}${via === undefined ? '' : ` (${oneLine(via)})`}`;
    lines.push(`  ${step} ${status}${who}, digest ${digest.slice(0, 12)}${note ? `: ${oneLine(note)}` : ''}`);
  }
  const outputs = Object.entries(run.outputs);
  if (outputs.length > 0)
    lines.push('', heading('Outputs'), ...outputs.map(([name, value]) => `  ${oneLine(name)}: ${oneLine(valueText(value))}`));
  return lines;
}

/** Gives how many of the run's steps a step is in; what a rollback does stands by itself. */
function depths(steps: readonly StepView[]): (step: StepView) => number {
  const inside = new Map(steps.map((step) => [step.id, step.inside]));
  return ({ id }) => {
    if (id.startsWith('undo/')) return 0;
    let depth = 0;
    for (let at = inside.get(id); at !== undefined && inside.has(at) && depth < steps.length; at = inside.get(at)) depth++;
    return depth;
  };
}

function stepLines(io: Io, step: StepView, depth: number): string[] {
  const margin = '  '.repeat(depth + 1);
  const { mark, style, word } = stepMarks[step.status];
  const notes = [word];
  if (step.durationMs !== undefined) notes.push(duration(step.durationMs));
  if (step.cachedAt !== undefined) notes.push(`not run: its result of ${localTime(step.cachedAt)}`);
  if (step.attempts > 1) notes.push(`${step.attempts} attempts`);
  if (step.exitCode !== undefined && step.exitCode !== 0) notes.push(`exit code ${step.exitCode}`);
  const lines = [
    `${margin}${io.style(style, mark)} ${oneLine(step.id)}${step.name === undefined ? '' : `  ${oneLine(step.name)}`}  ${io.style('dim', notes.join(', '))}`,
  ];
  if (step.error) lines.push(indent(`${io.style('red', plainText(step.error.message))}\n${plainText(step.error.remedy)}`, `${margin}    `));
  return lines;
}
