import type { Analysis } from '../analyse.ts';
import { seconds } from '../core/duration.ts';
import { functions } from '../core/expression.ts';
import type { Document, StepFact } from '../document.ts';
import type { ExpressionSite } from '../expressions.ts';
import type { Range } from '../syntax/lines.ts';
import { type Node, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { cronWords } from './cron-words.ts';
import { actionDoc, calledDoc, contextDocs, fieldsOf, inputDoc, schemaDoc, targetDoc } from './docs.ts';
import { durationWords } from './duration-words.ts';
import { ownInputs, shapesOf } from './known.ts';
import { loopsAround } from './loops.ts';
import type { Path } from './place.ts';
import { holds, pointedAt } from './pointed.ts';
import { resultsOf } from './results.ts';
import { isStep, keysOf, type Shape } from './shape.ts';
import { alone, type World } from './world.ts';

export interface Hover {
  readonly range: Range;
  /** Markdown. */
  readonly text: string;
}

export function hover({ document, expressionsAt }: Analysis, offset: number, world: World = alone): Hover | undefined {
  const site = expressionsAt(offset).find((one) => one.place !== 'run' && holds(one.range, offset));
  if (site) return hoverExpression(document, site, offset, world);
  const pointed = pointedAt(document.root, offset);
  if (!pointed) return undefined;
  const { path, node, on } = pointed;
  if (on === 'value') {
    const text = valueDoc(document, path, node, world);
    return text === undefined ? undefined : { range: node.range, text };
  }
  const [schema] = shapesOf(document, document.root, path, world);
  const parent = keysOf(shapesOf(document, document.root, path.slice(0, -1), world));
  return schema?.description === undefined
    ? undefined
    : { range: node.range, text: schemaDoc(schema, parent.required.has(String(path.at(-1)))) };
}

/** What a value stands for, where that is more than what is written. */
function valueDoc(document: Document, path: Path, node: Node, world: World): string | undefined {
  const text = stringOf(node);
  if (text === undefined) return undefined;
  const names = path.filter((part) => typeof part === 'string');
  const key = names.at(-1) ?? '';
  if (key === 'cron') return cronWords(text);
  const [shape] = shapesOf(document, document.root, path, world);
  if (isDuration(shape)) return durationWords(seconds(text));
  const holder = shapesOf(document, document.root, path.slice(0, path.lastIndexOf(key)), world);
  if (!isStep(holder)) return key === 'tools' ? actionText(document, text) : undefined;
  switch (key) {
    case 'uses':
      return actionText(document, text);
    case 'call': {
      const called = world.around.called(text);
      return called === 'missing' ? `There is no file \`${text}\`.` : called && calledDoc(called);
    }
    case 'target':
      return targetText(document, text, world);
    case 'needs': {
      const step = document.steps.find(({ id }) => id?.name.toLowerCase() === text.toLowerCase());
      return step && stepHead(document, step);
    }
    default:
      return undefined;
  }
}

const isDuration = (shape: Shape | undefined) => shape?.pattern?.startsWith('^(?:(?=\\d)') === true;

function actionText(document: Document, name: string): string | undefined {
  const action = document.actions.get(name);
  return action && actionDoc(action);
}

function targetText(document: Document, name: string, { around }: World): string | undefined {
  const same = (one: { readonly name: string }) => one.name.toLowerCase() === name.toLowerCase();
  const own = document.targets.find(same);
  if (own) return `**${own.name}** (target of this runbook)\n\n${targetDoc(own.node)}`;
  const shared = around.targets.find(same);
  if (shared) return `**${shared.name}** (target of the workspace, ${shared.type})\n\n\`${shared.file}\``;
  return name.toLowerCase() === 'local' ? '**local** (target)\n\nThis machine: where the engine runs.' : undefined;
}

function hoverExpression(document: Document, site: ExpressionSite, offset: number, world: World): Hover | undefined {
  const loops = loopsAround(site.step);
  for (const reference of site.references) {
    const range = site.locate(reference.start, reference.end);
    if (!holds(range, offset)) continue;
    const text = referenceDoc(document, site, reference.context, reference.path, world);
    return text === undefined ? undefined : { range, text };
  }
  if (!site.parsed.ok) return undefined;
  for (const { token, start, end } of site.parsed.tokens) {
    const range = site.locate(start, end);
    if (token.lexeme === '' || !holds(range, offset)) continue;
    const name = Object.keys(functions).find((one) => one.toLowerCase() === token.lexeme.toLowerCase()) as
      | keyof typeof functions
      | undefined;
    if (name) return { range, text: `\`${functions[name].signature}\`\n\n${functions[name].doc}` };
    const loop = loops.find((one) => one.name.toLowerCase() === token.lexeme.toLowerCase());
    if (loop) return { range, text: loopDoc(loop) };
  }
  return undefined;
}

const loopDoc = ({ name, list }: { readonly name: string; readonly list: string }) =>
  `**${name}** (loop variable)\n\nEach item of \`${list.slice(0, 200)}\` in turn.`;

function referenceDoc(
  document: Document,
  site: ExpressionSite,
  context: string,
  path: readonly string[],
  world: World,
): string | undefined {
  const loop = loopsAround(site.step).find((one) => one.name.toLowerCase() === context.toLowerCase());
  if (loop) return loopDoc(loop);
  const [first, second, third] = path;
  if (first === undefined) return contextDocs[context];
  const same = (name: string | undefined) => name?.toLowerCase() === first.toLowerCase();
  if (context === 'inputs') {
    const found = Object.entries(ownInputs(document)).find(([name]) => same(name));
    return found && `**${found[0]}** (input)\n\n${inputDoc(...found)}`;
  }
  if (context === 'secrets')
    return `The secret \`${first}\`. Its value comes from the secret store when the step starts and is never shown.`;
  if (context === 'steps') {
    const step = document.steps.find((one) => same(one.id?.name));
    if (!step) return undefined;
    const result = second?.toLowerCase() === 'outputs' && third !== undefined ? resultText(document, step, third, world) : undefined;
    const outcome = second?.toLowerCase() === 'outcome' ? '`success`, `failure`, `skipped` or `cancelled`.' : undefined;
    return [stepHead(document, step), result ?? outcome].filter(Boolean).join('\n\n');
  }
  if (context === 'env') return variableDoc(document, site.step, first);
  if (context === 'result' && site.step) return resultText(document, site.step, first, world) ?? contextDocs.result;
  return fieldsOf[context]?.[first] ?? contextDocs[context];
}

function stepHead(document: Document, step: StepFact): string {
  const line = document.lines.position(step.node.range.start).line + 1;
  const head = `**${step.id?.name ?? step.path}** (step on line ${line}, ${step.uses ?? step.verb ?? 'no verb'})`;
  return [head, textOf(valueIn(step.node, 'name')), textOf(valueIn(step.node, 'description'))].filter(Boolean).join('\n\n');
}

function resultText(document: Document, step: StepFact, name: string, world: World): string | undefined {
  const found = resultsOf(document, step, world).find((one) => one.name.toLowerCase() === name.toLowerCase());
  return found && `\`${found.name}\`${found.type === undefined ? '' : ` (${found.type})`}${found.doc ? `: ${found.doc}` : ''}`;
}

/** Of the step that is undone or of the runbook, where the step has none of its own. */
function variableDoc(document: Document, step: StepFact | undefined, name: string): string | undefined {
  for (const [node, where] of [
    [step?.node, 'the step'],
    [step?.undoes?.node, 'the step that this one undoes'],
    [document.root, 'the runbook'],
  ] as const) {
    const value = valueIn(valueIn(node, 'env'), name);
    if (value) return `**${name}** (variable of ${where})\n\nAs written: \`${(textOf(value) ?? '').slice(0, 200)}\``;
  }
  return contextDocs.env;
}
