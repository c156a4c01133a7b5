import type { Analysis } from '../analyse.ts';
import { functions } from '../core/expression.ts';
import type { Document } from '../document.ts';
import type { ExpressionSite } from '../expressions.ts';
import { scriptOutputs } from '../outputs.ts';
import type { Range } from '../syntax/lines.ts';
import { stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { actionDoc, contextDocs, fieldsOf, outputDoc, schemaDoc } from './docs.ts';
import { shapesOf } from './known.ts';
import { holds, pointedAt } from './pointed.ts';
import { keysOf } from './shape.ts';
import { alone } from './world.ts';

export interface Hover {
  readonly range: Range;
  /** Markdown. */
  readonly text: string;
}

export function hover({ document, expressions }: Analysis, offset: number): Hover | undefined {
  const site = expressions.find((one) => one.place !== 'run' && holds(one.range, offset));
  if (site) return hoverExpression(document, site, offset);
  const pointed = pointedAt(document.root, offset);
  if (!pointed) return undefined;
  const { path, node, on } = pointed;
  const key = path.at(-1);
  if (on === 'value' && key === 'uses') {
    const action = document.actions.get(stringOf(node) ?? '');
    return action && { range: node.range, text: actionDoc(action) };
  }
  if (on === 'value') return undefined;
  const [schema] = shapesOf(document, document.root, path, alone);
  const parent = keysOf(shapesOf(document, document.root, path.slice(0, -1), alone));
  return schema?.description === undefined ? undefined : { range: node.range, text: schemaDoc(schema, parent.required.has(String(key))) };
}

function hoverExpression(document: Document, site: ExpressionSite, offset: number): Hover | undefined {
  for (const reference of site.references) {
    const range = site.locate(reference.start, reference.end);
    if (!holds(range, offset)) continue;
    const text = referenceDoc(document, site, reference.context, reference.path);
    return text === undefined ? undefined : { range, text };
  }
  if (!site.parsed.ok) return undefined;
  for (const { token, start, end } of site.parsed.tokens) {
    const range = site.locate(start, end);
    const name = Object.keys(functions).find((one) => one.toLowerCase() === token.lexeme.toLowerCase()) as
      | keyof typeof functions
      | undefined;
    if (name && token.lexeme !== '' && holds(range, offset))
      return { range, text: `\`${functions[name].signature}\`\n\n${functions[name].doc}` };
  }
  return undefined;
}

function referenceDoc(document: Document, site: ExpressionSite, context: string, path: readonly string[]): string | undefined {
  const [first, second, third] = path;
  if (first === undefined) return contextDocs[context];
  const same = (name: string | undefined) => name?.toLowerCase() === first.toLowerCase();
  if (context === 'inputs') {
    const input = document.inputs.find((one) => same(one.name));
    if (!input) return undefined;
    const fallback = valueIn(input.node, 'default');
    const described = stringOf(valueIn(input.node, 'description'));
    return [
      `**${input.name}** (input, ${stringOf(valueIn(input.node, 'type')) ?? 'string'})`,
      described,
      fallback && `Default: \`${textOf(fallback) ?? '…'}\``,
    ]
      .filter(Boolean)
      .join('\n\n');
  }
  if (context === 'secrets')
    return `The secret \`${first}\`. Its value comes from the secret store when the step starts and is never shown.`;
  if (context === 'steps') {
    const step = document.steps.find((one) => same(one.id?.name));
    if (!step) return undefined;
    const line = document.lines.position(step.node.range.start).line + 1;
    const head = `**${step.id?.name}** (step on line ${line}, ${step.uses ?? step.verb ?? 'no verb'})`;
    const manifest = step.uses === undefined ? undefined : document.actions.get(step.uses);
    const output = second === 'outputs' && third !== undefined ? (manifest ? outputDoc(manifest, third) : scriptOutputs[third]) : undefined;
    const outcome = second === 'outcome' ? '`success`, `failure`, `skipped` or `cancelled`.' : undefined;
    return [head, stringOf(valueIn(step.node, 'name')), output ?? outcome].filter(Boolean).join('\n\n');
  }
  if (context === 'env') return contextDocs.env;
  if (context === 'result' && site.step) return contextDocs.result;
  return fieldsOf[context]?.[first] ?? contextDocs[context];
}
