import type { Analysis } from '../analyse.ts';
import type { Range } from '../syntax/lines.ts';
import { contentRange } from '../syntax/scalar.ts';
import { itemsOf, type Node, stringOf, valueIn } from '../syntax/tree.ts';
import type { World } from './world.ts';

export interface Link {
  readonly range: Range;
  readonly file: string;
  readonly says: string;
}

/** Values that stand for a file which is there: a called runbook, an action of one's own, a working folder. */
export function links({ document }: Analysis, { others }: World): Link[] {
  const found = new Map<number, Link>();
  const add = (node: Node | undefined, says: string, find: (text: string) => string | undefined) => {
    const text = stringOf(node);
    if (text === undefined || text === '' || node?.kind !== 'scalar' || text.includes('${{')) return;
    const file = find(text);
    if (file === undefined) return;
    const range = contentRange(document.text, node);
    found.set(range.start, { range, file, says });
  };
  for (const { node, verb } of document.steps) {
    if (verb === 'call') add(valueIn(node, 'call'), 'Open the runbook', (path) => others.called(path)?.file);
    if (verb === 'uses') add(valueIn(node, 'uses'), 'Open the action', (name) => others.actionFile(name));
    if (verb === 'agent')
      for (const item of itemsOf(valueIn(valueIn(node, 'agent'), 'tools'))) add(item, 'Open the action', (name) => others.actionFile(name));
    add(valueIn(node, 'working-directory'), 'Open the folder', (path) => others.file(path));
  }
  return [...found.values()].sort((a, b) => a.range.start - b.range.start);
}
