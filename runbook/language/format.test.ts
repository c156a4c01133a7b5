import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { withEdits } from '../support/marked.ts';
import { Lines } from '../syntax/lines.ts';
import { parse } from '../syntax/parse.ts';
import { toJson } from '../syntax/tree.ts';
import { enter } from './enter.ts';
import { format } from './format.ts';

const formatted = (text: string) => withEdits(text, format(text));

const cases: readonly (readonly [what: string, before: string, after: string])[] = [
  ['nothing in order to change', 'runbook: v1\nsteps:\n  - run: echo\n', 'runbook: v1\nsteps:\n  - run: echo\n'],
  ['lists below their key', 'steps:\n- id:  a\n  run: x\n-   run:   y\n', 'steps:\n  - id: a\n    run: x\n  - run: y\n'],
  ['four columns to two', 'a:\n    b:\n        c: 1\n        d: [1,2]\n', 'a:\n  b:\n    c: 1\n    d: [1, 2]\n'],
  ['flow collections', 'a: {b: 1,c: {}}\nd: [ 1 , 2,[] ]\n', 'a: { b: 1, c: {} }\nd: [1, 2, []]\n'],
  ['flow over lines', 'a: {\n      b: 1,\n   c: [\n 1,\n   2 ]\n  }\n', 'a: {\n  b: 1,\n  c: [\n    1,\n    2]\n}\n'],
  [
    'scripts keep what is in them',
    'steps:\n- run: |\n          if x; then\n              y  \n\n          fi   \n- run: b\n',
    'steps:\n  - run: |\n      if x; then\n          y  \n\n      fi   \n  - run: b\n',
  ],
  [
    'comments',
    '#a\nsteps:   # b\n# c\n- run: x    # d\n  # e\n- run: y\n# f\n',
    '#a\nsteps:   # b\n  # c\n  - run: x    # d\n    # e\n  - run: y\n# f\n',
  ],
  ['empty lines and line ends', '\n\na: 1   \n\n\n\nb: 2\n\n\n', 'a: 1\n\nb: 2\n'],
  ['no line end', 'a: 1', 'a: 1\n'],
  ['anchors and aliases', 'a:   &x {b: 1}\nc:    *x\nd:\n  <<:   *x\n', 'a: &x { b: 1 }\nc: *x\nd:\n  <<: *x\n'],
  ['long texts', 'a: one\n      two\nb: "x\n   y"\n', 'a: one\n  two\nb: "x\n  y"\n'],
  ['an explicit indentation', 'a:\n    b: |2\n         c\n', 'a:\n  b: |2\n       c\n'],
  ['Windows line ends', 'a:\r\n- b\r\n-   c\r\n', 'a:\r\n  - b\r\n  - c\r\n'],
  ['a broken file is left alone', 'a:   [\nb:   1\n', 'a:   [\nb:   1\n'],
  ['several documents are left alone', 'a:   1\n---\nb: 1\n', 'a:   1\n---\nb: 1\n'],
  ['complex keys are left alone', '? a\n:   b\n', '? a\n:   b\n'],
];

describe('format', () => {
  for (const [what, before, after] of cases) {
    it(what, () => {
      assert.equal(formatted(before), after);
      assert.equal(formatted(after), after);
    });
  }

  it('changes the part that it is asked for', () => {
    const text = 'a:    1\nb:    2\n';
    assert.equal(withEdits(text, format(text, { start: 8, end: text.length })), 'a:    1\nb: 2\n');
  });

  it('touches nothing but blanks', () => {
    for (const { range, text } of format('a:\n    b: {c: 1}   \n'))
      assert.match(`${'a:\n    b: {c: 1}   \n'.slice(range.start, range.end)}${text}`, /^\s*$/);
  });

  it('leaves every runbook of the corpus and every sample saying the same, and is done after once', () => {
    const folders = ['corpus/valid', 'corpus/invalid', '../samples'].map((folder) => join(import.meta.dirname, '..', folder));
    for (const folder of folders) {
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml')))
        check(readFileSync(join(folder, name), 'utf8'), name);
    }
  });

  it('keeps value and comments of whatever is laid out anyhow, and is done after once', () => {
    const key = fc.constantFrom('a', 'b', 'run', 'steps', '"q"');
    const scalar = fc.constantFrom(
      '1',
      'text',
      "'it''s'",
      '"a b"',
      '|\n§x\n§  y\n',
      '>-\n§x\n\n§y\n',
      '',
      '{ p: 1,q: [2 ,3]}',
      '[]',
      'one\n§two',
    );
    const comment = fc.constantFrom('', '', '  # note', ' #x');
    const layout = fc.record({
      step: fc.integer({ min: 1, max: 5 }),
      gap: fc.integer({ min: 1, max: 4 }),
      blank: fc.integer({ min: 0, max: 3 }),
    });
    const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.record({ kind: fc.constant('scalar' as const), text: scalar }),
        fc.record({
          kind: fc.constant('map' as const),
          entries: fc.array(fc.tuple(key, tie('tree'), comment), { minLength: 1, maxLength: 3 }),
        }),
        fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
      ),
    })).tree;
    fc.assert(
      fc.property(tree, layout, (value, how) => {
        check(`# top\n${write(value, 0, how)}`, 'generated');
      }),
      { numRuns: 400, seed: 7 },
    );
  });
});

describe('a new line', () => {
  const after = (before: string) => {
    const text = `${before}\n`;
    return withEdits(text, enter(text, new Lines(text), before.split('\n').length)).slice(before.length + 1);
  };
  const cases: readonly (readonly [before: string, indent: number])[] = [
    ['steps:', 2],
    ['steps: # all of them', 2],
    ['  - run: |', 6],
    ['  - run: >-', 6],
    ['  - id: a', 4],
    ['    timeout: 5s', 4],
    ['  - parallel:', 6],
    ['    with: {', 6],
    ['      echo hello:there', 6],
    ['  - run: |\n      if x:', 6],
    ['a: 1\n', 0],
    ['  - ', 4],
  ];
  for (const [before, indent] of cases) it(JSON.stringify(before), () => assert.equal(after(before), ' '.repeat(indent)));
});

type Tree =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Tree, string])[] }
  | { readonly kind: 'list'; readonly items: readonly Tree[] };
interface Layout {
  readonly step: number;
  readonly gap: number;
  readonly blank: number;
}

function write(tree: Tree, column: number, how: Layout): string {
  const pad = ' '.repeat(column);
  const gap = ' '.repeat(how.gap);
  if (tree.kind === 'scalar') return `${pad}${tree.text.replaceAll('§', `${pad}${' '.repeat(how.step)}`)}\n`;
  const rest = '\n'.repeat(how.blank);
  if (tree.kind === 'map') {
    const used = new Set<string>();
    return tree.entries
      .filter(([key]) => !used.has(key) && used.add(key))
      .map(([key, value, comment]) => {
        if (value.kind !== 'scalar') return `${pad}${key}:${comment}\n${write(value, column + how.step, how)}`;
        return `${pad}${key}:${gap}${value.text.replaceAll('§', `${pad}${' '.repeat(how.step)}`)}${/[\n]/.test(value.text) ? '' : comment}\n${rest}`;
      })
      .join('');
  }
  return tree.items.map((item) => `${pad}-${gap}${write(item, column + 1 + how.gap, how).trimStart()}`).join('');
}

const comments = (text: string) => [...text.matchAll(/(?:^|\s)(#.*)$/gm)].map(([, comment]) => comment?.trimEnd());

function check(text: string, name: string): void {
  const once = formatted(text);
  const [before, after] = [parse(text), parse(once)];
  assert.deepEqual(after.root && toJson(after.root), before.root && toJson(before.root), name);
  assert.deepEqual(comments(once), comments(text), name);
  assert.equal(once.replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''), name);
  assert.equal(formatted(once), once, `${name}: not done after once`);
}
