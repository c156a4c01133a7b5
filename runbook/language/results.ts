import type { Document, StepFact } from '../document.ts';
import { outputsOf, scriptOutputs } from '../outputs.ts';
import { entriesOf, valueIn } from '../syntax/tree.ts';
import type { World } from './world.ts';

/** An output of a step, as far as it is known. */
export interface Result {
  readonly name: string;
  readonly type?: string;
  /** Markdown. */
  readonly doc?: string;
}

const ofVerb: Readonly<Record<string, Readonly<Record<string, readonly [type: string, doc: string]>>>> = {
  'for-each': { items: ['list', 'What became of each item: `item`, `outcome` and `outputs`.'] },
};

/** What the step is known to return: by its action, its script, the runbook that it calls, its own `outputs` or `set`. */
export function resultsOf(document: Document, step: StepFact, { around }: World): Result[] {
  const found = new Map<string, Result>();
  const add = (result: Result) => {
    if (!found.has(result.name.toLowerCase())) found.set(result.name.toLowerCase(), result);
  };
  const manifest = step.verb === 'uses' ? document.actions.get(step.uses ?? '') : undefined;
  for (const [name, { type, description }] of Object.entries(manifest?.outputs ?? {})) add({ name, type, doc: description });
  if (step.verb === 'run')
    for (const [name, doc] of Object.entries(scriptOutputs)) add({ name, type: name === 'exit-code' ? 'number' : 'string', doc });
  for (const [name, [type, doc]] of Object.entries((step.verb && ofVerb[step.verb]) ?? {})) add({ name, type, doc });
  if (step.verb === 'set') for (const { key } of entriesOf(valueIn(step.node, 'set'))) add({ name: key.source, doc: 'Set by the step.' });
  if (step.verb === 'call') {
    const path = valueIn(step.node, 'call');
    const called = path?.kind === 'scalar' && typeof path.value === 'string' ? around.called(path.value) : undefined;
    if (called && called !== 'missing') for (const name of called.outputs) add({ name, doc: `An output of the runbook “${called.name}”.` });
  }
  for (const { key } of entriesOf(valueIn(step.node, 'outputs'))) add({ name: key.source, doc: 'Declared under `outputs` of the step.' });
  for (const name of outputsOf(step, document.actions).names) add({ name });
  return [...found.values()];
}
