import type { Analysis } from '../analyse.ts';
import { type ExpressionFunction, functions } from '../core/expression.ts';
import type { ExpressionSite } from '../expressions.ts';
import { expressionBefore } from './expression-before.ts';
import { holds } from './pointed.ts';

export interface Signature {
  readonly label: string;
  /** Markdown. */
  readonly documentation: string;
  /** Offsets in the label. */
  readonly parameters: readonly (readonly [start: number, end: number])[];
  /** The parameter that the cursor is at; undefined where there are no so many. */
  readonly active: number | undefined;
}

/** The parser refuses longer expressions too. */
const longest = 21_000;

const byLowerName = new Map<string, ExpressionFunction>(Object.entries(functions).map(([name, one]) => [name.toLowerCase(), one]));

/** The function whose arguments the cursor is among. */
export function signature(analysis: Analysis, offset: number): Signature | undefined {
  const before = textBefore(analysis, offset);
  const call = before === undefined || before.length > longest ? undefined : innermostCall(before);
  const known = call && byLowerName.get(call.name.toLowerCase());
  if (!call || !known) return undefined;
  const parameters = parametersOf(known.signature);
  return { label: known.signature, documentation: known.doc, parameters, active: activeOf(known.signature, parameters, call.argument) };
}

/** The expression up to the cursor: as parsed, or as the line reads while it is no YAML yet. */
function textBefore({ document, expressionsAt }: Analysis, offset: number): string | undefined {
  const { text, lines } = document;
  const site = expressionsAt(offset).find((one) => one.place !== 'run' && holds(one.range, offset) && one.locate(0, 0).start <= offset);
  // Behind the closing braces the expression is over.
  if (site) return text.slice(0, offset).endsWith('}}') ? undefined : sourceBefore(site, offset);
  const before = expressionBefore(text, lines.range(lines.position(offset).line).start, offset);
  return before && !expressionsAt(offset).some((one) => one.place === 'run' && holds(one.range, offset)) ? before.text : undefined;
}

/** As the expression reads, without the quotes and escapes of the YAML around it. */
function sourceBefore({ source, locate }: ExpressionSite, offset: number): string {
  let low = 0;
  let high = source.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (locate(middle, middle + 1).end <= offset) low = middle + 1;
    else high = middle;
  }
  return source.slice(0, low);
}

/** The last parenthesis left open that follows a name, and the number of the argument behind it. */
function innermostCall(text: string): { readonly name: string; readonly argument: number } | undefined {
  const open: { readonly name: string; argument: number }[] = [];
  // An open quote runs to the end: a parenthesis or comma in it is text.
  for (const [token, name] of text.matchAll(/'(?:[^']|'')*(?:'|$)|([A-Za-z_][\w-]*)\s*\(|[()[\],]/g)) {
    const last = open.at(-1);
    if (name !== undefined || token === '(' || token === '[') open.push({ name: name ?? '', argument: 0 });
    else if (token === ')' || token === ']') open.pop();
    else if (token === ',' && last) last.argument++;
  }
  return open.findLast(({ name }) => name !== '');
}

function parametersOf(label: string): (readonly [number, number])[] {
  const start = label.indexOf('(') + 1;
  return [...label.slice(start, -1).matchAll(/[^,\s]+/g)].map(
    ({ index, 0: word }) => [start + index, start + index + word.length] as const,
  );
}

/** Where `…` stands, more of the same may follow. */
function activeOf(label: string, parameters: Signature['parameters'], argument: number): number | undefined {
  const more = parameters.findIndex(([start, end]) => label.slice(start, end) === '…');
  const active = more < 0 ? argument : Math.min(argument, more);
  return active < parameters.length ? active : undefined;
}
