import type { PlanStep, PlanView } from '../protocol/plan.ts';

const words: Readonly<Record<PlanStep['will'], string>> = { run: 'runs', 'may-run': 'may run', skip: 'is skipped', fail: 'would fail' };
/** Lines of a script or query that are shown; the runbook has the rest. */
const longest = 20;

/** A dry run as people read it: a paragraph for each step, indented by what it is in. Texts are as the engine gave them. */
export function planLines(plan: PlanView): string[] {
  const lines = [`Dry run of ${plan.runbook} (${plan.file}): nothing is run.`];
  for (const [name, value] of Object.entries(plan.inputs)) lines.push(`  input ${name}: ${short(value)}`);
  if (!plan.trusted) lines.push('  The folder is not trusted: a run asks somebody to vouch for it, and no check was run.');
  const depth = new Map<string, number>();
  for (const step of plan.steps) {
    const level = step.inside === undefined ? 0 : (depth.get(step.inside) ?? 0) + 1;
    depth.set(step.id, level);
    lines.push('', ...paragraph(step).map((line) => `${'  '.repeat(level)}${line}`));
  }
  if (plan.cut) lines.push('', `There are more steps than the ${plan.steps.length} that are shown.`);
  lines.push('', summary(plan));
  return lines;
}

function paragraph(step: PlanStep): string[] {
  const { id, name, verb, will, phase, when, risk, later } = step;
  const title = `${id}${name === undefined ? '' : ` · ${name}`} (${verb}${phase === 'steps' ? '' : `, ${phase}`}): ${words[will]}${when === undefined ? '' : `, ${when}`}`;
  const lines = [title];
  const more = (text: string) => lines.push(`  ${text}`);
  if (step.if !== undefined) {
    const { holds } = step.if;
    more(`if ${step.if.expression}: ${holds === undefined ? 'not known yet' : holds ? 'holds' : 'does not hold'}`);
  }
  if (step.items !== undefined) more(`${step.items} ${step.items === 1 ? 'item' : 'items'}`);
  for (const { what, value } of step.touches) block(what, value).forEach(more);
  if (will !== 'skip')
    more(`risk ${later.length > 0 ? 'at least ' : ''}${risk}${step.reasons.length === 0 ? '' : `: ${step.reasons.join('; ')}`}`);
  if (step.asks !== undefined) more(asked(step.asks));
  for (const { expression, when: known } of later) more(`\${{ ${expression} }} is known ${known.join(' and ')}`);
  if (step.undo !== undefined) more(`can be undone by ${step.undo.verb}`);
  if (step.check !== undefined) {
    const { status, outputs = {}, why } = step.check;
    more(status === 'not-run' ? `not checked: ${why ?? ''}` : `checked: ${status === 'failed' ? 'failed' : 'it would work'}`);
    for (const [output, value] of Object.entries(outputs)) more(`  ${output}: ${short(value)}`);
  }
  if (step.error !== undefined) more(`${step.error.message} ${step.error.remedy}`);
  return lines;
}

function asked({ reason, message, approvers, min, unresolved = [] }: NonNullable<PlanStep['asks']>): string {
  const whom = approvers === undefined ? '' : ` ${approvers.join(', ') || 'nobody who is known'}`;
  const many = min === undefined ? '' : `, ${min} people`;
  const missing = unresolved.length === 0 ? '' : ` (nobody is ${unresolved.join(' or ')})`;
  return `asks${whom}${many}${missing}, by the ${reason === 'author' ? 'runbook' : 'policy'}: ${message}`;
}

function block(what: string, value: string): string[] {
  const lines = value.replace(/\n+$/, '').split('\n');
  if (lines.length === 1) return [`${what}: ${lines[0] ?? ''}`];
  const left = lines.length - longest;
  return [`${what}:`, ...lines.slice(0, longest).map((line) => `  | ${line}`), ...(left > 0 ? [`  | … ${left} more lines`] : [])];
}

function summary({ steps }: PlanView): string {
  const of = (will: PlanStep['will']) => steps.filter((step) => step.will === will).length;
  const asks = steps.filter((step) => step.asks !== undefined).length;
  const counted = [`${of('run')} run`, `${of('may-run')} may run`, `${of('skip')} skipped`, `${of('fail')} would fail`, `${asks} ask`];
  return `${steps.length} steps: ${counted.join(', ')}.`;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
