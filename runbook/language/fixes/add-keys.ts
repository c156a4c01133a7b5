import type { Fix } from '../../diagnostic.ts';
import type { Document } from '../../document.ts';
import { entryOf } from '../../syntax/tree.ts';
import { appendTo, type Edit, endOfEntry, indentAt, insertAt, lineBreak } from '../edit.ts';

/** The inputs that an action or a called runbook needs, under `with`. */
export function addKeys(
  document: Document,
  { step, into, keys }: Extract<Fix, { kind: 'add-keys' }>,
): { title: string; edits: readonly Edit[] }[] {
  const node = document.steps.find((one) => one.path === step)?.node;
  const uses = entryOf(node, 'uses') ?? entryOf(node, 'call');
  if (!node || !uses || uses.merged) return [];
  const title = `Add ${keys.map((key) => `\`${key.name}\``).join(', ')}`;
  const existing = entryOf(node, into);
  if (existing && existing.value.kind !== 'scalar') {
    const edit = appendTo(document, existing.value, keys);
    if (edit) return [{ title, edits: [edit] }];
    // `with: {}`
    return existing.value.range.end > existing.value.range.start
      ? [{ title, edits: [{ range: existing.value.range, text: flow(keys) }] }]
      : [];
  }
  const indent = indentAt(document, uses.key.range.start);
  const rows = keys.map(({ name, value }) => `${lineBreak(document)}${indent}  ${name}: ${value}`).join('');
  if (existing)
    return [
      {
        title,
        edits: [node.flow ? insertAt(existing.key.range.end, `: ${flow(keys)}`) : insertAt(endOfEntry(document, existing), rows)],
      },
    ];
  if (node.flow) return [{ title, edits: [insertAt(uses.value.range.end, `, ${into}: ${flow(keys)}`)] }];
  return [{ title, edits: [insertAt(endOfEntry(document, uses), `${lineBreak(document)}${indent}${into}:${rows}`)] }];
}

const flow = (keys: readonly { readonly name: string; readonly value: string }[]) =>
  `{ ${keys.map(({ name, value }) => `${name}: ${value}`).join(', ')} }`;
