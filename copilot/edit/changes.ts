import { stringify } from 'yaml';
import type { Json } from '../../runbook/core/json.ts';
import type { Document, StepFact } from '../../runbook/document.ts';
import { appendTo, type Edit, endOfEntry, indentAt, insertAt, lineBreak } from '../../runbook/language/edit.ts';
import { entryOf, type MapNode, type Node } from '../../runbook/syntax/tree.ts';

/** A value on one line, as YAML. */
export function inline(value: Json): string {
  if (typeof value === 'string')
    return /^[A-Za-z][\w ./-]*$/.test(value) && stringify(value, { lineWidth: 0 }).trim() === value ? value : scalar(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${inline(item)}`)
      .join(', ')} }`;
  return String(value);
}

/** What may stand in a flow map too. */
function scalar(text: string): string {
  const plain = stringify(text, { lineWidth: 0 }).trim();
  const one = !plain.includes('\n') && !/[,[\]{}#]/.test(plain);
  return one ? plain : JSON.stringify(text);
}

/** Sets a key of a map: in the place of what is there, else at its end, or behind one of the keys in `after`. */
export function setKey(
  document: Document,
  map: MapNode,
  key: string,
  value: Json | { readonly yaml: string },
  after: readonly string[] = [],
): Edit[] {
  const written = typeof value === 'object' && value !== null && 'yaml' in value ? String(value.yaml) : inline(value as Json);
  const found = entryOf(map, key);
  if (found !== undefined && !found.merged) {
    const start = found.value.range.start >= found.key.range.start ? found.value.range.start : found.key.range.end;
    const end = Math.max(contentEnd(document, found.value), start);
    return [{ range: { start, end }, text: start === found.key.range.end ? `: ${written}` : written }];
  }
  const place = map.entries.findLast(({ key: own, merged }) => !merged && after.includes(own.source));
  if (place !== undefined && !map.flow)
    return [insertAt(endOfEntry(document, place), `${lineBreak(document)}${indentAt(document, place.key.range.start)}${key}: ${written}`)];
  const edit = appendTo(document, map, [{ name: key, value: written }]);
  return edit === undefined ? [] : [edit];
}

/** Without the line ends and comments behind it. */
function contentEnd({ text }: Document, node: Node): number {
  let { end } = node.range;
  while (end > node.range.start && /\s/.test(text[end - 1] ?? '')) end--;
  return end;
}

/** Takes a key with its value, and the line where it stands alone. */
export function removeKey(document: Document, map: MapNode, key: string): Edit[] {
  const found = entryOf(map, key);
  if (found === undefined || found.merged) return [];
  const own = map.entries.filter(({ merged }) => !merged);
  const index = own.indexOf(found);
  const { text } = document;
  const end = Math.max(found.key.range.end, contentEnd(document, found.value));
  if (map.flow) {
    const next = own[index + 1];
    const before = own[index - 1];
    if (next !== undefined) return [{ range: { start: found.key.range.start, end: next.key.range.start }, text: '' }];
    const from = before === undefined ? found.key.range.start : Math.max(before.key.range.end, contentEnd(document, before.value));
    return [{ range: { start: from, end }, text: '' }];
  }
  const next = own[index + 1];
  // The first key of a step stands behind its dash: the next one takes its place.
  if (/-\s*$/.test(text.slice(lineStart(text, found.key.range.start), found.key.range.start)) && next !== undefined)
    return [{ range: { start: found.key.range.start, end: next.key.range.start }, text: '' }];
  return [{ range: wholeLines(document, found.key.range.start, end), text: '' }];
}

/** From the start of a line, its comment lines above with it, to the start of the line after it. */
function wholeLines({ text }: Document, from: number, to: number): { start: number; end: number } {
  const start = lineStart(text, from);
  let end = to;
  while (end < text.length && text[end] !== '\n') end++;
  return end < text.length ? { start, end: end + 1 } : { start: Math.max(0, start - (text[start - 2] === '\r' ? 2 : 1)), end };
}
const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** A step's whole text, from the comment lines right above it to the end of its last line. */
export function stepLines(
  document: Document,
  { node }: StepFact,
): { readonly start: number; readonly end: number; readonly indent: string } {
  const { text } = document;
  const dash = text.lastIndexOf('-', node.range.start);
  const indent = ' '.repeat(dash - lineStart(text, dash));
  let { start, end } = wholeLines(document, dash, contentEnd(document, node));
  for (;;) {
    const above = lineStart(text, start - 1);
    if (start === 0 || !new RegExp(`^${indent}#`).test(text.slice(above, start))) break;
    start = above;
  }
  if (end < start) end = start;
  return { start, end, indent };
}

export function removeStep(document: Document, step: StepFact): Edit[] {
  if (insideFlow(document, step)) return [];
  const { start, end } = stepLines(document, step);
  return [{ range: { start, end }, text: '' }];
}

/** Rows of a new step, the first one behind its dash. */
export function insertStep(document: Document, beside: StepFact, where: 'before' | 'after', rows: readonly string[]): Edit[] {
  if (insideFlow(document, beside)) return [];
  const { start, end, indent } = stepLines(document, beside);
  const text = written(rows, indent, lineBreak(document));
  if (where === 'before') return [insertAt(start, text)];
  const open = end > 0 && document.text[end - 1] !== '\n' ? lineBreak(document) : '';
  return [insertAt(end, `${open}${open === '' ? text : text.replace(/\r?\n$/, '')}`)];
}

const written = (rows: readonly string[], indent: string, end: string): string =>
  rows.map((row, index) => `${indent}${index === 0 ? '- ' : '  '}${row}${end}`).join('');

/** Moves a step, its comments with it. */
export function moveStep(document: Document, step: StepFact, beside: StepFact, where: 'before' | 'after'): Edit[] {
  if (insideFlow(document, step) || insideFlow(document, beside)) return [];
  const from = stepLines(document, step);
  const to = stepLines(document, beside);
  const whole = document.text.slice(from.start, from.end);
  const end = lineBreak(document);
  const text = (whole.endsWith('\n') ? whole : `${whole}${end}`)
    .split(/(?<=\n)/)
    .map((line) =>
      line.trim() === '' ? line : to.indent + line.slice(Math.min(from.indent.length, line.length - line.trimStart().length)),
    )
    .join('');
  return [{ range: { start: from.start, end: from.end }, text: '' }, insertAt(where === 'before' ? to.start : to.end, text)];
}

/** Adds a step at the end of a list at the top, which comes to be where it is not there yet. */
export function appendStep(document: Document, list: string, rows: readonly string[]): Edit[] {
  const last = document.steps.findLast((step) => step.list === list && step.parent === undefined && step.role === 'step');
  if (last !== undefined) return insertStep(document, last, 'after', rows);
  const { root } = document;
  if (root?.kind !== 'map' || root.flow) return [];
  const end = lineBreak(document);
  return addTop(document, `${list}:${end}${written(rows, '  ', end)}`.trimEnd());
}

/** Adds an entry at the end of the file. */
export function addTop(document: Document, text: string): Edit[] {
  const end = lineBreak(document);
  const whole = document.text.replace(/\s+$/, '');
  return [{ range: { start: whole.length, end: document.text.length }, text: `${end}${end}${text}${end}` }];
}

/** Adds an entry to a map at the top, which comes to be before `steps` where it is not there yet. */
export function addToMap(document: Document, map: string, name: string, value: string): Edit[] {
  const { root } = document;
  if (root?.kind !== 'map') return [];
  const found = entryOf(root, map);
  if (found?.value.kind === 'map' && found.value.entries.length > 0) return setKey(document, found.value, name, { yaml: value });
  const end = lineBreak(document);
  if (found !== undefined)
    return [
      {
        range: { start: found.key.range.end, end: Math.max(found.key.range.end, contentEnd(document, found.value)) },
        text: `:${end}  ${name}: ${value}`,
      },
    ];
  return beforeSteps(document, `${map}:${end}  ${name}: ${value}${end}${end}`);
}

export function beforeSteps(document: Document, text: string): Edit[] {
  const { root } = document;
  if (root?.kind !== 'map') return [];
  const steps = entryOf(root, 'steps');
  if (steps === undefined) return addTop(document, text.trimEnd());
  let start = lineStart(document.text, steps.key.range.start);
  for (;;) {
    const above = lineStart(document.text, start - 1);
    if (start === 0 || document.text[above] !== '#') break;
    start = above;
  }
  return [insertAt(start, text)];
}

/** `- { id: a }` in `[…]`, where lines are no steps. */
function insideFlow({ text }: Document, { node }: StepFact): boolean {
  return !/^\s*-\s+$/.test(text.slice(lineStart(text, node.range.start), node.range.start));
}
