import { functions } from '../core/expression.ts';
import type { Document, StepFact } from '../document.ts';
import { contextsAt } from '../expressions.ts';
import { unseen } from '../sees.ts';
import { entriesOf, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { wholeOf } from '../whole.ts';
import { type Completion, most } from './completion.ts';
import { contextDocs, fieldsOf, inputDoc } from './docs.ts';
import type { ExpressionBefore } from './expression-before.ts';
import { ownInputs, stepAt } from './known.ts';
import { loopsAround } from './loops.ts';
import { resultsOf } from './results.ts';
import { matches } from './search.ts';
import type { World } from './world.ts';

type Item = Pick<Completion, 'label' | 'kind' | 'detail' | 'documentation' | 'snippet'> & {
  readonly insert?: string;
  readonly again?: boolean;
};

/** Inside an expression: contexts and functions, or what follows the dot. */
export function completeExpression(document: Document, before: ExpressionBefore, offset: number, world: World): Completion[] {
  if ((before.text.match(/'/g) ?? []).length % 2 === 1 && !/\['[^']*$/.test(before.text)) return [];
  const chain = /([A-Za-z_][\w-]*(?:\.[\w-]+|\['[^']*'\])*)(?:\.|\[')([\w-]*)$/.exec(before.text);
  const word = chain ? (chain[2] ?? '') : (/[A-Za-z_][\w-]*$/.exec(before.text)?.[0] ?? '');
  const after = /^[\w-]*/.exec(document.text.slice(offset, offset + 200))?.[0] ?? '';
  const range = { start: offset - word.length, end: offset + after.length };
  const step = stepAt(document, offset);
  const path = (chain?.[1] ?? '').split(/\.|\['|'\]/).filter((part) => part !== '');
  const items = chain ? follow(document, step, path, { ...before, word }, world) : start(document, step, before, offset + after.length);
  return items.map((item) => ({ ...item, insert: item.insert ?? item.label, range }));
}

function start(document: Document, step: StepFact | undefined, { bare, text, closed }: ExpressionBefore, end: number): Item[] {
  const blank = !bare && !closed && text.trim() === '' ? { before: text === '' ? ' ' : '', after: ' }}' } : { before: '', after: '' };
  const called = document.text[end] === '(';
  const loops = loopsAround(step).map(
    ({ name, list }): Item => ({
      label: name,
      kind: 'variable',
      detail: 'loop variable',
      documentation: `Each item of \`${list}\` in turn.`,
      insert: `${blank.before}${name}${blank.after}`,
    }),
  );
  const own = new Set(loops.map(({ label }) => label.toLowerCase()));
  const contexts = contextsAt('outputs', step)
    .filter((name) => !own.has(name.toLowerCase()))
    .map((name): Item => {
      const whole = name === 'attempt' || name === 'item';
      return {
        label: name,
        kind: 'context',
        documentation: contextDocs[name],
        insert: `${blank.before}${name}${whole ? blank.after : '.'}`,
        again: !whole,
      };
    });
  const calls = Object.entries(functions).map(([name, { signature, doc, max }]): Item => {
    const plain = `${blank.before}${name}${called ? '' : '('}`;
    const snippet = `${blank.before}${name}(${max === 0 ? ')' : '$1)'}${blank.after.replaceAll('}', '\\}')}$0`;
    return { label: name, kind: 'function', detail: signature, documentation: doc, insert: plain, snippet: called ? undefined : snippet };
  });
  return [...loops, ...contexts, ...calls];
}

function follow(
  document: Document,
  step: StepFact | undefined,
  [context, ...path]: string[],
  before: ExpressionBefore,
  world: World,
): Item[] {
  const name = context?.toLowerCase() ?? '';
  if (name === 'steps') return followSteps(document, step, path, before, world);
  if (path.length > 0) return [];
  switch (name) {
    case 'inputs':
      return Object.entries(ownInputs(document)).map(([label, spec]) => ({
        label,
        kind: 'input',
        detail: spec.type,
        documentation: inputDoc(label, spec),
      }));
    case 'secrets':
      return document.secrets.map(({ name: label }) => ({ label, kind: 'secret', detail: 'secret' }));
    case 'env':
      return variables(document, step);
    case 'result':
      return step ? results(document, step, world) : [];
    default:
      return Object.entries(fieldsOf[name] ?? {}).map(([label, documentation]) => ({ label, kind: 'output', documentation }));
  }
}

/** The step's own hide those of the runbook. */
function variables(document: Document, step: StepFact | undefined): Item[] {
  const found = new Map<string, Item>();
  for (const { key, value } of [...entriesOf(valueIn(step?.node, 'env')), ...entriesOf(valueIn(document.root, 'env'))]) {
    if (found.has(key.source.toLowerCase())) continue;
    found.set(key.source.toLowerCase(), { label: key.source, kind: 'variable', detail: textOf(value)?.slice(0, 80) });
  }
  return [...found.values()];
}

/** Those that can be read here, the nearest first. */
function followSteps(
  document: Document,
  step: StepFact | undefined,
  path: readonly string[],
  before: ExpressionBefore,
  world: World,
): Item[] {
  const [id, property, ...rest] = path;
  if (id === undefined) {
    const whole = wholeOf(document);
    const reader = before.key === 'until' ? 'end' : 'start';
    const found: Item[] = [];
    for (let index = document.steps.length - 1; index >= 0 && found.length < most; index--) {
      const one = document.steps[index];
      if (!one?.id || !matches(before.word ?? '', one.id.name) || unseen(one, step, reader, whole)) continue;
      const detail = stringOf(valueIn(one.node, 'name')) ?? one.uses ?? one.verb;
      found.push({ label: one.id.name, kind: 'step', detail, again: true });
    }
    return found;
  }
  const target = document.steps.find((one) => one.id?.name.toLowerCase() === id.toLowerCase());
  if (!target || rest.length > 0) return [];
  if (property?.toLowerCase() === 'outputs') return results(document, target, world);
  return property === undefined
    ? [
        { label: 'outputs', kind: 'output', documentation: 'What the step returned, by name.', insert: 'outputs.', again: true },
        { label: 'outcome', kind: 'output', documentation: '`success`, `failure`, `skipped` or `cancelled`.' },
      ]
    : [];
}

function results(document: Document, step: StepFact, world: World): Item[] {
  return resultsOf(document, step, world).map(({ name, type, doc }) => ({ label: name, kind: 'output', detail: type, documentation: doc }));
}
