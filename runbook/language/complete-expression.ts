import { functions } from '../core/expression.ts';
import type { Document, StepFact } from '../document.ts';
import { contextsAt } from '../expressions.ts';
import { outputsOf, scriptOutputs } from '../outputs.ts';
import { unseen } from '../sees.ts';
import { entriesOf, stringOf, valueIn } from '../syntax/tree.ts';
import { wholeOf } from '../whole.ts';
import type { Completion } from './completion.ts';
import { contextDocs, fieldsOf, outputDoc } from './docs.ts';
import type { ExpressionBefore } from './expression-before.ts';
import { stepAt } from './known.ts';

type Item = Pick<Completion, 'label' | 'kind' | 'detail' | 'documentation'> & { readonly insert?: string; readonly again?: boolean };

/** Inside an expression: contexts and functions, or what follows the dot. */
export function completeExpression(document: Document, before: ExpressionBefore, offset: number): Completion[] {
  if ((before.text.match(/'/g) ?? []).length % 2 === 1 && !/\['[^']*$/.test(before.text)) return [];
  const chain = /([A-Za-z_][\w-]*(?:\.[\w-]+|\['[^']*'\])*)(?:\.|\[')([\w-]*)$/.exec(before.text);
  const word = chain ? (chain[2] ?? '') : (/[A-Za-z_][\w-]*$/.exec(before.text)?.[0] ?? '');
  const after = /^[\w-]*/.exec(document.text.slice(offset))?.[0] ?? '';
  const range = { start: offset - word.length, end: offset + after.length };
  const step = stepAt(document, offset);
  const items = chain
    ? follow(
        document,
        step,
        (chain[1] ?? '').split(/\.|\['|'\]/).filter((part) => part !== ''),
      )
    : start(step, before);
  return items.map((item) => ({ ...item, insert: item.insert ?? item.label, range }));
}

function start(step: StepFact | undefined, { bare, text, closed }: ExpressionBefore): Item[] {
  const names = contextsAt('outputs', step);
  const blank = !bare && !closed && text.trim() === '' ? { before: text === '' ? ' ' : '', after: ' }}' } : { before: '', after: '' };
  return [
    ...names.map(
      (name): Item => ({
        label: name,
        kind: 'context',
        documentation: contextDocs[name],
        insert: `${blank.before}${name}${name === 'attempt' ? blank.after : '.'}`,
        again: true,
      }),
    ),
    ...Object.entries(functions).map(
      ([name, { signature, doc }]): Item => ({
        label: name,
        kind: 'function',
        detail: signature,
        documentation: doc,
        insert: `${blank.before}${name}(`,
      }),
    ),
  ];
}

function follow(document: Document, step: StepFact | undefined, [context, ...path]: readonly string[]): Item[] {
  const name = context?.toLowerCase() ?? '';
  switch (name) {
    case 'inputs':
      return path.length > 0
        ? []
        : document.inputs.map(({ name: label, node }) => ({
            label,
            kind: 'input',
            detail: stringOf(valueIn(node, 'type')) ?? 'string',
            documentation: stringOf(valueIn(node, 'description')),
          }));
    case 'secrets':
      return path.length > 0 ? [] : document.secrets.map(({ name: label }) => ({ label, kind: 'secret', detail: 'secret' }));
    case 'env':
      return path.length > 0
        ? []
        : [...entriesOf(valueIn(document.root, 'env')), ...entriesOf(step && valueIn(step.node, 'env'))].map(({ key }) => ({
            label: key.source,
            kind: 'variable',
          }));
    case 'steps':
      return followSteps(document, step, path);
    case 'result':
      return step && path.length === 0 ? outputs(document, step) : [];
    default:
      return path.length > 0
        ? []
        : Object.entries(fieldsOf[name] ?? {}).map(([label, documentation]) => ({ label, kind: 'output', documentation }));
  }
}

function followSteps(document: Document, step: StepFact | undefined, path: readonly string[]): Item[] {
  const [id, property, ...rest] = path;
  if (id === undefined) {
    const needs = wholeOf(document);
    const seen = document.steps.filter((one) => one.id && !unseen(one, step, 'start', needs));
    return seen.map((one) => ({
      label: one.id?.name ?? '',
      kind: 'step',
      detail: stringOf(valueIn(one.node, 'name')) ?? one.uses ?? one.verb,
      again: true,
    }));
  }
  const target = document.steps.find((one) => one.id?.name.toLowerCase() === id.toLowerCase());
  if (!target || rest.length > 0) return [];
  if (property?.toLowerCase() === 'outputs') return outputs(document, target);
  return property === undefined
    ? [
        { label: 'outputs', kind: 'output', documentation: 'What the step returned, by name.', insert: 'outputs.', again: true },
        { label: 'outcome', kind: 'output', documentation: '`success`, `failure`, `skipped` or `cancelled`.' },
      ]
    : [];
}

function outputs(document: Document, step: StepFact): Item[] {
  const manifest = step.uses === undefined ? undefined : document.actions.get(step.uses);
  return outputsOf(step, document.actions).names.map((label) => ({
    label,
    kind: 'output',
    detail: manifest?.outputs[label]?.type,
    documentation: manifest ? outputDoc(manifest, label) : scriptOutputs[label],
  }));
}
