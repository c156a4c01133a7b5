import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lines } from '../syntax/lines.ts';
import { itemsOf, type Node, valueIn } from '../syntax/tree.ts';
import { type Place, placeAt, placesIn } from './place.ts';
import { slice } from './slice.ts';

const folders = ['corpus/valid', '../samples'].map((folder) => join(import.meta.dirname, '..', folder));
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const),
);

/** What completion asks of a place: which keys lead to it, and what is beside it. */
function seen(places: readonly Place[]) {
  return places.map(({ kind, path, map, flow, column, root }) => ({
    kind,
    path: path.map((key) => (typeof key === 'number' ? '#' : key)),
    keys: map?.entries.map(({ key }) => key.source),
    flow,
    column,
    holder: holderOf(root, path),
  }));
}

/** The keys of the maps on the way, as what stands under `with` depends on them. */
function holderOf(root: Node, path: Place['path']): string[] {
  const found: string[] = [];
  let node: Node | undefined = root;
  for (const key of path.slice(0, -1)) {
    node = typeof key === 'number' ? itemsOf(node)[key] : valueIn(node, key);
    if (typeof key === 'number' && node?.kind === 'map') found.push(node.entries.map((entry) => entry.key.source).join(' '));
  }
  return found;
}

describe('the lines around the cursor', () => {
  for (const [name, text] of files) {
    // Anchors that stand outside are not seen: what they would merge may be written all the same.
    if (/<<:/.test(text) || text.startsWith('\ufeff')) continue;
    it(`say of every line of ${name} what the whole file says`, () => {
      const lines = new Lines(text);
      for (const [line, start] of lines.starts.entries()) {
        const content = text.slice(start, lines.range(line).end).replace(/[\r\n]+$/, '');
        const word = /[\w-]+$/.exec(content)?.[0].length ?? 0;
        const end = start + content.length;
        const whole = placesIn(text, end - word, end);
        const part = placeAt(text, lines, end - word, end);
        assert.deepEqual(seen(part), seen(whole), `line ${line + 1}: ${content}`);
      }
    });
  }

  it('are as many in a file of 2,000 steps as in one of 20', () => {
    const step = (index: number) => `  - id: step-${index}\n    parallel:\n      - run: |\n          - echo\n      - run: b\n`;
    const size = (count: number) => {
      const text = `runbook: v1\nname: n\nsteps:\n${Array.from({ length: count }, (_, index) => step(index + 1_000)).join('')}`;
      const lines = new Lines(text);
      const at = text.indexOf(`step-${1_000 + count / 2}`);
      return [slice(text, lines, at).text.length, slice(text, lines, text.indexOf('run: b', at)).text.length];
    };
    assert.deepEqual(size(2_000), size(20));
  });

  it('are found in a text that is none', () => {
    for (const text of ['', '-', '\n\n', '- - -', '  a', 'a:\n', '{', '# only', '\t- x', ':', '- a\n  - b\n- c'])
      for (let at = 0; at <= text.length; at++) assert.ok(slice(text, new Lines(text), at).line >= 0);
  });
});
