import type { Analysis } from '../analyse.ts';
import { asSchema, resolve } from '../schema/schema.ts';
import type { StepFact } from '../steps.ts';
import type { Range } from '../syntax/lines.ts';
import { type Entry, entryOf, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { endOfEntry } from './edit.ts';
import type { World } from './world.ts';

export interface Hint {
  readonly offset: number;
  readonly label: string;
  /** Markdown. */
  readonly says: string;
}

/** What a step gets without saying so: time limit and retry of the runbook, values of inputs left out, where its target is. */
export function hints({ document }: Analysis, within: Range, { around }: World): Hint[] {
  const found: Hint[] = [];
  const seen = new Set<number>();
  const defaults = valueIn(document.root, 'defaults');
  const end = (entry: Entry) => {
    // Of the key's own line: what is below it has hints of its own.
    const line = document.lines.range(document.lines.position(entry.key.range.start).line);
    const stop = Math.min(endOfEntry(document, entry), line.end);
    return line.start + document.text.slice(line.start, stop).trimEnd().length;
  };
  for (const step of document.steps) {
    const { start } = step.node.range;
    if (start > within.end || step.node.range.end < within.start || seen.has(start)) continue;
    seen.add(start);
    const verb = step.verb && entryOf(step.node, step.verb);
    if (verb && !verb.merged && (step.verb === 'run' || step.verb === 'uses')) {
      const inherited = [timeoutOf(step, defaults), retryOf(step, defaults)].filter((one) => one !== undefined);
      if (inherited.length > 0) found.push({ offset: end(verb), label: inherited.join(', '), says: 'From `defaults` of the runbook.' });
    }
    const given = entryOf(step.node, 'with');
    const left = step.verb === 'uses' ? leftOut(step, document.actions.get(step.uses ?? '')?.inputs) : [];
    if (given && !given.merged && !step.node.flow && left.length > 0)
      found.push({ offset: end(given), label: left.join(', '), says: 'Values of the action for what is not given.' });
    const target = entryOf(step.node, 'target');
    const where = target && !target.merged ? targetOf(stringOf(target.value) ?? '', document.targets, around.targets) : undefined;
    if (target && where) found.push({ offset: target.value.range.end, label: where, says: 'Where this target is.' });
  }
  return found.filter(({ offset }) => within.start <= offset && offset <= within.end).sort((a, b) => a.offset - b.offset);
}

type Tree = ReturnType<typeof valueIn>;

function timeoutOf({ node }: StepFact, defaults: Tree): string | undefined {
  const text = textOf(valueIn(defaults, 'timeout'));
  return text === undefined || entryOf(node, 'timeout') ? undefined : `timeout: ${text}`;
}

function retryOf({ node }: StepFact, defaults: Tree): string | undefined {
  const attempts = textOf(valueIn(valueIn(defaults, 'retry'), 'attempts'));
  return attempts === undefined || entryOf(node, 'retry') ? undefined : `attempts: ${attempts}`;
}

function leftOut({ node }: StepFact, inputs: Parameters<typeof asSchema>[0] | undefined): string[] {
  if (!inputs) return [];
  const schema = asSchema(inputs);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const value = resolve(property, schema).default;
    if (value === undefined || typeof value === 'object' || entryOf(valueIn(node, 'with'), name)) return [];
    return [`${name}: ${String(value)}`];
  });
}

function targetOf(name: string, own: Analysis['document']['targets'], shared: World['around']['targets']): string | undefined {
  const same = (one: { readonly name: string }) => one.name.toLowerCase() === name.toLowerCase();
  const node = own.find(same)?.node;
  if (!node) {
    const found = shared.find(same);
    return found && `${found.type}, shared`;
  }
  const [type, user, host, url] = ['type', 'user', 'host', 'url'].map((key) => textOf(valueIn(node, key)));
  const place = host === undefined ? url : user === undefined ? host : `${user}@${host}`;
  const known = [type, place].filter((one) => one !== undefined && !one.includes('${{'));
  return known.length === 0 ? undefined : known.join(' ').slice(0, 80);
}
