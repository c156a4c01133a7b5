import type { Runbook, Step } from '../../../runbook/core/model.ts';
import { bodiesOf } from '../../../runbook/core/nested.ts';
import { allSteps, verbName } from '../../context/definition.ts';
import type { Material } from '../../context/gather.ts';
import { Masker } from '../../context/mask.ts';

/** Text that an author wrote, inside a sentence: on one line and without a say in the layout. */
const plain = (text: string) =>
  new Masker()
    .text(text)
    .replace(/\s+/g, ' ')
    .replace(/([\\`*_[\]<>#|])/g, '\\$1')
    .trim();
const code = (text: string) => `\`${text.replace(/[`\s]+/g, ' ').trim()}\``;
const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

export function describeStep(step: Step): string {
  const parts = [`**${plain(step.name ?? step.path)}** (${code(step.path)}, line ${step.line}) ${doing(step)}.`];
  if (step.description !== undefined) parts.push(plain(step.description));
  if (step.if !== undefined) parts.push(`It runs only if ${code(step.if)}.`);
  if (step.approve !== undefined) parts.push('A person is asked before it runs.');
  if (step.undo !== undefined) parts.push(`It can be undone: the undo ${doing(step.undo)}.`);
  if (step.retry?.attempts !== undefined && step.retry.attempts > 1) parts.push(`It is tried up to ${step.retry.attempts} times.`);
  if (step.timeout !== undefined) parts.push(`It may take ${plain(step.timeout)}.`);
  return parts.join(' ');
}

function doing(step: Step): string {
  const { verb } = step;
  if (verb.kind === 'approve') return 'asks a person whether to go on';
  if (verb.kind === 'uses') return `uses ${code(verbName(step))}${typeof verb.with.url === 'string' ? ` on ${code(verb.with.url)}` : ''}`;
  if (verb.kind !== 'run') return container(step);
  const lines = verb.script.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const first = new Masker().text(lines[0]?.trim() ?? '');
  return `runs a script of ${count(lines.length, 'line')}${first === '' ? '' : `, beginning with ${code(first.slice(0, 80))}`}`;
}

function container({ verb }: Step): string {
  const inner = bodiesOf(verb).reduce((sum, body) => sum + body.length, 0);
  switch (verb.kind) {
    case 'parallel':
      return `runs ${count(inner, 'step')} side by side${verb.maxParallel === undefined ? '' : `, at most ${verb.maxParallel} at once`}`;
    case 'for-each':
      return `runs ${count(inner, 'step')} for each item of ${code(verb.list)}`;
    case 'repeat':
      return `repeats ${count(inner, 'step')} until ${code(verb.until)}`;
    case 'switch':
      return `takes the first of ${count(verb.branches.length, 'branch').replace('branchs', 'branches')} whose condition holds`;
    case 'call':
      return `runs the runbook ${code(verb.file)}`;
    case 'wait':
      return verb.for === undefined ? `waits until ${code(verb.until ?? '')}` : `waits ${plain(verb.for)}`;
    case 'set':
      return `sets ${Object.keys(verb.values).map(code).join(', ')}`;
    case 'agent':
      return 'lets a model work towards a goal';
    default:
      return 'runs';
  }
}

export function describeRunbook(runbook: Runbook): string {
  const inputs = Object.entries(runbook.inputs).map(
    ([name, input]) =>
      `- ${code(name)}: ${input.type}${input.required === true ? ', required' : ''}${input.description === undefined ? '' : `, ${plain(input.description)}`}`,
  );
  const steps = allSteps(runbook).map(({ list, step }, index) => {
    const marks = [
      step.approve !== undefined || step.verb.kind === 'approve' ? 'asks first' : '',
      step.if === undefined ? '' : 'conditional',
      step.undo === undefined ? '' : 'can be undone',
    ].filter((mark) => mark !== '');
    const where = list === 'steps' ? '' : ` *(${list})*`;
    return `${index + 1}. **${plain(step.name ?? step.path)}**${where}: ${doing(step)}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
  });
  const after =
    typeof runbook.onFailure !== 'string'
      ? 'When a step fails, the steps under `on-failure` run.'
      : runbook.onFailure === 'rollback'
        ? 'When a step fails, what was done is undone in reverse order.'
        : 'When a step fails, the run stops.';
  return [
    `**${plain(runbook.name)}**${runbook.description === undefined ? '' : `: ${plain(runbook.description)}`}`,
    ...(inputs.length === 0 ? [] : [`It takes ${count(inputs.length, 'input')}:`, inputs.join('\n')]),
    steps.length === 0 ? 'It has no steps yet.' : `It runs ${count(steps.length, 'step')}:`,
    steps.join('\n'),
    after,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function describeRun({ run, notes }: Material): string {
  if (run === undefined) return 'No run is chosen.';
  const waiting = run.approvals.filter((approval) => approval.status === 'pending').map((approval) => code(approval.step));
  const steps = run.steps.map(
    (step) => `- ${code(step.id)}: ${step.status.replace('_', ' ')}${step.exitCode === undefined ? '' : `, exit code ${step.exitCode}`}`,
  );
  return [
    `Run ${code(run.id)} of **${plain(run.runbook)}**, started ${run.createdAt}, is **${run.status.replace('_', ' ')}**.`,
    ...(waiting.length === 0 ? [] : [`It waits for an answer to ${waiting.join(', ')}; the Approvals view shows what would run.`]),
    steps.join('\n'),
    ...notes,
  ].join('\n\n');
}

export function listProblems({ open }: Material): string {
  const found = open?.diagnostics ?? [];
  if (found.length === 0) return 'The editor knows of no problem in the open file.';
  const lines = found.slice(0, 20).map((item) => `- line ${item.line}, ${item.severity}: ${plain(item.message)} (${code(item.code)})`);
  return [
    `The open file has ${count(found.length, 'problem')}:`,
    lines.join('\n'),
    ...(found.length > 20 ? [`And ${found.length - 20} more; the Problems view lists all of them.`] : []),
  ].join('\n\n');
}
