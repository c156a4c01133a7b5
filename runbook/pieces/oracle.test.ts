import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { builtInActions } from '../actions.ts';
import { type Analysis, analyseWhole } from '../analyse-whole.ts';
import type { Node } from '../syntax/tree.ts';
import { LiveRunbook } from './live.ts';

// What is known of a text after any edits is what the whole text gives when it is read and checked in one piece.
// RUNWRIGHT_ORACLE=N runs N documents with twenty edits each, from seed RUNWRIGHT_SEED.
const runs = Number(process.env.RUNWRIGHT_ORACLE ?? 60);
const seed = Number(process.env.RUNWRIGHT_SEED ?? 3);

const actions = builtInActions;
const root = join(import.meta.dirname, '../..');
const folders = ['samples', 'runbook/corpus/valid', 'runbook/corpus/invalid'];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => readFileSync(join(root, folder, file), 'utf8')),
);

/** A document of many steps that refer to each other, with anchors, needs and comments. */
function generated(steps: number): string {
  const lines = ['# A generated runbook', 'runbook: v1', 'name: Generated', 'inputs:', '  part: { type: string }', 'secrets: [key]'];
  lines.push('x-env: &env { A: "1" }', '', 'steps:');
  for (let index = 1; index <= steps; index++) {
    lines.push(`  - id: s${index}`);
    if (index % 3 === 0) lines.push(`    if: steps.s${index - 1}.outcome == 'success'`);
    if (index % 4 === 1)
      lines.push('    env: { P: "${{ inputs.part }}", K: "${{ secrets.key }}" }', '    run: |', '      echo', '', '      ls');
    else if (index % 4 === 2) lines.push('    uses: http/request', '    with: { method: GET, url: https://example.net }');
    else if (index % 5 === 3) lines.push('    parallel:', `      - { id: p${index}, run: echo }`, `      - { id: q${index}, run: echo }`);
    else lines.push('    env: *env', '    run: >-', '      echo "$A"', `    undo: { run: "echo ${index}" }`);
    if (index % 7 === 0) lines.push(`    needs: [s${index - 2}]`);
    if (index % 6 === 0) lines.push('  # runwright-ignore: unknown-step');
  }
  lines.push('finally:', '- run: echo', '- { run: rm -f x }', 'outputs:', '  a: "${{ steps.s1.outputs.stdout }}"');
  return `${lines.join('\n')}\n`;
}

const documents = [...files, generated(4), generated(9), generated(25)];

interface Edit {
  readonly at: number;
  readonly how: number;
  readonly what: string;
  readonly length: number;
}

const words = [
  ...[
    'a',
    'x',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '|',
    '>',
    '- ',
    '-',
    ':',
    ': ',
    '#',
    ' # ',
    ',',
    '&a ',
    '*a',
    '*env',
    '<<: *env\n',
  ],
  ...[
    'id: s1\n',
    'id: s2',
    'steps:',
    'steps:\n',
    'name: x\n',
    'finally:\n',
    'foo',
    'foo\n',
    'verify:\n  - run: ls\n',
    '- run: x\n',
    '  - run: x\n',
    '    ',
  ],
  ...[
    '${{ steps.s2.outputs.stdout }}',
    '${{ inputs.part }}',
    'needs: [s1]',
    '\n    needs: [s2, s1]\n',
    '\t',
    '---\n',
    '? ',
    '!!str ',
    '\r\n',
    'é',
    '\ufffd',
  ],
  ...[
    '  # note\n',
    '# note\n',
    '# runwright-ignore: unknown-step\n',
    '    # runwright-ignore: action-input\n',
    'x-a: &a [1]\n',
    'secrets: []\n',
    'outputs',
    '%',
    '@',
  ],
];

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(1_000_000),
  how: fc.nat(11),
  what: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) }),
  length: fc.nat(12),
});

const lineStarts = (text: string) => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
const stepStarts = (text: string) => [...text.matchAll(/^ *- /gm)].map(({ index }) => index);

/** @returns what is replaced by what. */
function resolve(text: string, { at, how, what, length }: Edit): readonly [start: number, end: number, inserted: string][] {
  const offset = at % (text.length + 1);
  const lines = lineStarts(text);
  const pick = <T>(from: readonly T[], add = 0): T | undefined => from[(at + add) % Math.max(1, from.length)];
  const line = pick(lines) ?? 0;
  const next = lines[lines.indexOf(line) + 1] ?? text.length;
  const steps = stepStarts(text);
  const step = pick(steps) ?? 0;
  const stepEnd = steps[steps.indexOf(step) + 1] ?? text.length;
  switch (how) {
    case 0:
    case 1:
    case 2:
      return [[offset, offset, what]];
    case 3:
      return [[offset, Math.min(text.length, offset + length), '']];
    case 4:
      return [[offset, Math.min(text.length, offset + length), what]];
    case 5:
      return [[line, next, '']];
    case 6:
      return [[line, line, text.slice(line, next)]];
    case 7:
      return [[line, line, what]];
    case 8:
      return [[step, step, text.slice(step, stepEnd)]];
    case 9: {
      // Moves a step to the place of another one.
      const to = pick(steps, length) ?? 0;
      const moved = text.slice(step, stepEnd);
      if (to >= step && to < stepEnd) return [];
      return to < step
        ? [
            [step, stepEnd, ''],
            [to, to, moved],
          ]
        : [
            [to, to, moved],
            [step, stepEnd, ''],
          ];
    }
    case 10: {
      const word = pick([...text.matchAll(/\w+/g)]);
      return word ? [[word.index, word.index + word[0].length, what.trim()]] : [];
    }
    default: {
      const indent = /^ */.exec(text.slice(line))?.[0].length ?? 0;
      return length < 6 ? [[line, line, '  ']] : [[line, line + Math.min(2, indent), '']];
    }
  }
}

function plainNode(node: Node | undefined): unknown {
  if (!node) return undefined;
  const place = `${node.range.start}-${node.range.end}`;
  if (node.kind === 'scalar') return [place, node.style, node.value, node.source];
  if (node.kind === 'list') return [place, node.flow, node.items.map(plainNode)];
  return [place, node.flow, node.entries.map(({ key, value, merged }) => [plainNode(key), plainNode(value), merged])];
}

const inOrder = (a: { range: { start: number; end: number } }, b: { range: { start: number; end: number } }) =>
  a.range.start - b.range.start || a.range.end - b.range.end;

/** All that can be seen of an analysis. */
function plain({ document, expressions, diagnostics }: Analysis): unknown {
  return {
    diagnostics: diagnostics.map(({ code, range: { start, end }, message, severity, fix }) => ({
      code,
      start,
      end,
      message,
      severity,
      fix,
    })),
    problems: document.syntax.problems.toSorted(inOrder).map(({ code, range: { start, end }, message }) => ({ code, start, end, message })),
    root: plainNode(document.root),
    steps: document.steps.map(({ path, list, role, branch, verb, uses, id, node }) => [
      path,
      list,
      role,
      branch,
      verb,
      uses,
      id?.name,
      node.range,
    ]),
    inputs: document.inputs.map(({ name, range }) => [name, range]),
    secrets: document.secrets.map(({ name, range }) => [name, range]),
    targets: document.targets.map(({ name, range }) => [name, range]),
    expressions: expressions
      .map(({ place, source, range, locate, step }) => ({ place, source, range, in: step?.path, inner: locate(0, source.length) }))
      .sort(inOrder),
    lines: document.lines.starts,
  };
}

/** Applies edits and compares after each, or after some of them only. */
function compare(text: string, edits: readonly Edit[], stride: number): void {
  const live = new LiveRunbook(text, { actions });
  let now = text;
  for (const [index, one] of edits.entries()) {
    for (const [start, end, inserted] of resolve(now, one)) {
      now = now.slice(0, start) + inserted + now.slice(end);
      live.edit(start, end, inserted);
    }
    // Some work is begun and overtaken.
    if (index % stride !== 0) {
      live.work(() => true);
      continue;
    }
    while (live.work() !== 'done');
    const known = plain(live.analysis());
    assert.deepEqual(known, plain(analyseWhole(now, { actions })), JSON.stringify(now));
  }
}

describe('what is known of an edited text', () => {
  it('follows the files around it, without an edit', () => {
    const text = 'runbook: v1\nname: N\nsteps:\n  - { run: uptime, target: edge }\n  - { call: ./a.runbook.yaml }\n';
    const shared = { name: 'edge', type: 'ssh', file: '/t.yaml', range: { start: 0, end: 4 } };
    const worlds = [
      { targets: [], called: () => 'missing' as const },
      { targets: [shared], called: () => 'missing' as const },
      { targets: [], called: () => undefined },
      { targets: [shared], called: () => undefined },
    ];
    const live = new LiveRunbook(text, { actions });
    for (const around of [...worlds, ...worlds.toReversed()]) {
      live.surround(around);
      while (live.work() !== 'done');
      const known = plain(live.analysis());
      assert.deepEqual(known, plain(analyseWhole(text, { actions, around })));
    }
    assert.equal(live.diagnostics().length, 2);
  });

  for (const [index, text] of documents.entries()) {
    it(`is what the whole gives, before any edit: document ${index}`, () => compare(text, [{ at: 0, how: 0, what: '', length: 0 }], 1));
  }

  it('is what the whole gives, after any edits', () => {
    const property = fc.property(
      fc.constantFrom(...documents),
      fc.array(edit, { minLength: 1, maxLength: 20 }),
      fc.constantFrom(1, 1, 2, 3),
      (text, edits, stride) => compare(text, edits, stride),
    );
    fc.assert(property, { numRuns: runs, seed });
  }).timeout(600_000);
});
