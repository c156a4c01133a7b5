import type { Diagnostic } from '../../diagnostic.ts';
import type { Document } from '../../document.ts';
import { entryOf, valueIn } from '../../syntax/tree.ts';
import { appendTo, type Edit, indentAt, insertAt, lineBreak } from '../edit.ts';

export interface Repair {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Right unless somebody knows better. */
  readonly preferred?: boolean;
}

type Maker = (document: Document, diagnostic: Diagnostic) => readonly Repair[];

/** Repairs that need nothing but the text and what is wrong with it. */
export const byCode: Readonly<Record<string, Maker>> = {
  'tab-indentation': ({ text }, { range }) => {
    const written = text.slice(range.start, range.end);
    return [{ title: 'Indent with spaces', edits: [{ range, text: written.replaceAll('\t', '  ') }], preferred: true }];
  },
  'empty-file': (document) => {
    const rows = ['runbook: v1', 'name: What it does', 'steps:', '  - run: echo hello', ''];
    const end = document.text.length;
    const before = end === 0 || document.text.endsWith('\n') ? '' : lineBreak(document);
    return [{ title: 'Begin a runbook', edits: [insertAt(end, before + rows.join(lineBreak(document)))], preferred: true }];
  },
  'missing-key': (document, { message }) => {
    const { root } = document;
    const name = /`(runbook|name|steps)`/.exec(message)?.[1];
    if (root?.kind !== 'map' || root.flow || name === undefined) return [];
    const newline = lineBreak(document);
    const title = `Add \`${name}\``;
    if (name === 'runbook') return [{ title, edits: [insertAt(root.range.start, `runbook: v1${newline}`)], preferred: true }];
    if (name === 'name') {
      const version = entryOf(root, 'runbook');
      const at = version ? lineAfter(document, version.value.range.end) : root.range.start;
      return at === undefined ? [] : [{ title, edits: [insertAt(at, `name: What it does${newline}`)] }];
    }
    const edit = appendTo(document, root, [{ name: 'steps', value: `${newline}  - run: echo hello`.trimEnd() }]);
    return edit ? [{ title, edits: [{ ...edit, text: edit.text.replace(/: (?=\r?\n)/, ':') }] }] : [];
  },
  'unknown-secret': (document, { range }) => {
    const name = wordAt(document, range);
    const list = valueIn(document.root, 'secrets');
    if (name === undefined) return [];
    const title = `Declare the secret \`${name}\``;
    if (!list) return section(document, title, `secrets: [${name}]`);
    const last = list.kind === 'list' ? list.items.at(-1) : undefined;
    if (list.kind !== 'list' || !last) return [];
    const text = list.flow ? `, ${name}` : `${lineBreak(document)}${' '.repeat(dashOf(document, last.range.start))}- ${name}`;
    return [{ title, edits: [insertAt(list.flow ? last.range.end : endOfLine(document, last.range.end), text)] }];
  },
  'unknown-input': (document, { range }) => {
    const name = wordAt(document, range);
    if (name === undefined) return [];
    const inputs = entryOf(document.root, 'inputs');
    const title = `Declare the input \`${name}\``;
    const value = '{ type: string, required: true }';
    if (!inputs) return section(document, title, `inputs:${lineBreak(document)}  ${name}: ${value}`);
    const edit = appendTo(document, inputs.value, [{ name, value }]);
    return edit ? [{ title, edits: [edit] }] : [];
  },
  'duplicate-step-id': (document, { range }) => {
    const taken = new Set(document.steps.map(({ id }) => id?.name.toLowerCase()));
    const name = wordAt(document, range);
    if (name === undefined) return [];
    let count = 2;
    while (taken.has(`${name}-${count}`.toLowerCase())) count++;
    return [{ title: `Change to \`${name}-${count}\``, edits: [{ range, text: `${name}-${count}` }] }];
  },
};

/** A comment that silences the code on the line; none where the line before belongs to a text, which the comment would change. */
export function ignore(document: Document, { code, range }: Diagnostic): readonly Repair[] {
  const { lines, text } = document;
  const line = lines.position(range.start).line;
  const { start, end } = lines.range(line);
  const indent = /^[ \t]*/.exec(text.slice(start, end))?.[0] ?? '';
  if (document.syntax.problems.length > 0 || insideText(document.root, start)) return [];
  return [{ title: `Ignore \`${code}\` here`, edits: [insertAt(start, `${indent}# runwright-ignore: ${code}${lineBreak(document)}`)] }];
}

function insideText(node: Document['root'], offset: number): boolean {
  if (!node || node.range.end <= offset) return false;
  if (node.kind === 'scalar') return node.range.start < offset && offset < node.range.end;
  if (node.kind === 'list') return node.items.some((item) => insideText(item, offset));
  return node.entries.some(({ key, value, merged }) => !merged && (insideText(key, offset) || insideText(value, offset)));
}

/** A new section in front of the steps. */
function section(document: Document, title: string, text: string): readonly Repair[] {
  const root = document.root;
  const steps = entryOf(root, 'steps');
  if (root?.kind !== 'map' || root.flow || !steps || steps.merged) return [];
  return [{ title, edits: [insertAt(steps.key.range.start, `${text}${lineBreak(document)}${indentAt(document, steps.key.range.start)}`)] }];
}

function wordAt({ text }: Document, { start, end }: { readonly start: number; readonly end: number }): string | undefined {
  const word = text.slice(start, end);
  return /^[A-Za-z_][\w-]*$/.test(word) ? word : undefined;
}

function dashOf({ text, lines }: Document, offset: number): number {
  const { start } = lines.range(lines.position(offset).line);
  return /^ */.exec(text.slice(start, offset))?.[0].length ?? 0;
}

/** Behind a comment. */
function endOfLine({ text, lines }: Document, offset: number): number {
  const { start, end } = lines.range(lines.position(offset).line);
  return start + text.slice(start, end).trimEnd().length;
}

function lineAfter({ lines }: Document, offset: number): number | undefined {
  const next = lines.range(lines.position(offset).line).end;
  return next > offset ? next : undefined;
}
