import type { Analysis } from '../analyse.ts';
import type { Range } from '../syntax/lines.ts';
import { textOf, valueIn } from '../syntax/tree.ts';
import { type OutlineSymbol, symbols } from './symbols.ts';

export interface Found {
  readonly name: string;
  readonly kind: OutlineSymbol['kind'] | 'runbook';
  readonly range: Range;
  /** The name of the runbook. */
  readonly within?: string;
}

/** What somebody may look for across files: the runbook itself, its steps by id and name, inputs and secrets. */
export function search({ document }: Analysis, query: string): Found[] {
  const { root } = document;
  if (root?.kind !== 'map') return [];
  const within = textOf(valueIn(root, 'name'));
  const deep = ({ name, detail, kind, selection, children }: OutlineSymbol): Found[] => {
    if (kind === 'value') return [];
    const isStep = kind !== 'input' && kind !== 'secret' && kind !== 'target';
    // Editors filter once more, by the name alone: what is searched must be in it.
    const own = { name: isStep && detail !== undefined ? `${name} · ${detail}` : name, kind, range: selection, within };
    return [own, ...children.flatMap(deep)];
  };
  const found = symbols(document).flatMap(({ children }) => children.flatMap(deep));
  const runbook: Found[] = within === undefined ? [] : [{ name: within, kind: 'runbook', range: root.range }];
  return [...runbook, ...found].filter(({ name }) => matches(query, name));
}

/** The letters of the query in their order, with anything between them. */
export function matches(query: string, text: string): boolean {
  const lower = text.toLowerCase();
  let at = 0;
  for (const char of query.toLowerCase().replaceAll(/\s/g, '')) {
    at = lower.indexOf(char, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
