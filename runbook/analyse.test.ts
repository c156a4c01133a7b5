import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { builtInActions } from './actions.ts';
import { analyse } from './analyse.ts';
import { complete } from './language/complete.ts';
import { fixes } from './language/fixes.ts';
import { hover } from './language/hover.ts';
import { symbols } from './language/symbols.ts';
import { loadRunbook } from './load.ts';
import { limits } from './syntax/limits.ts';

const everything = readFileSync(join(import.meta.dirname, 'corpus/valid/everything.runbook.yaml'), 'utf8');
const actions = builtInActions;
const head = 'runbook: v1\nname: n\n';

/** Asks all there is to ask; what it finds must lie in the text. */
function askAll(text: string, offset: number): void {
  const analysis = analyse(text, { actions });
  const inside = ({ start, end }: { start: number; end: number }) =>
    assert.ok(start >= 0 && start <= end && end <= Math.max(1, text.length), `${start}..${end} of ${text.length}`);
  for (const diagnostic of analysis.diagnostics) inside(diagnostic.range);
  for (const item of complete(analysis, offset)) inside(item.range);
  for (const fix of fixes(analysis, 0, text.length)) for (const { range } of fix.edits) inside(range);
  const hovered = hover(analysis, offset);
  if (hovered) inside(hovered.range);
  symbols(analysis.document);
  const { runbook, diagnostics } = loadRunbook(text, { actions });
  assert.equal(
    runbook === undefined,
    diagnostics.some(({ severity }) => severity === 'error'),
  );
}

describe('analysis of any text', () => {
  it('says once what the schema refuses of an input, and goes on to the steps', () => {
    const inputs = [
      '{ pattern: 1, default: x }',
      '{ format: no, default: x }',
      '{ min: x, default: y }',
      '{ type: list, items: { type: no }, default: [1] }',
    ];
    for (const input of inputs) {
      const { diagnostics } = analyse(`${head}inputs: { a: ${input} }\nsteps:\n  - { run: echo, timout: 5s }\n`, { actions });
      const codes = diagnostics.map(({ code }) => code);
      assert.ok(codes.length === 2 && /^wrong-(type|value)$/.test(codes[0] ?? '') && codes[1] === 'unknown-key', `${input}: ${codes}`);
    }
  });

  it('answers at every stage of typing a whole runbook', () => {
    for (let end = 0; end <= everything.length; end += 13) askAll(everything.slice(0, end), end);
  }).timeout(60_000);

  it('answers whatever is cut out of a runbook or put into it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\t',
        '[',
        '{',
        '}}',
        '${{',
        '"',
        "'",
        ': ',
        '- ',
        '*a',
        '&a ',
        '<<: ',
        '|',
        '>',
        '#',
        '\r',
        '\u0085',
        '\ud800',
        '!!binary ',
        '? ',
        '---\n',
        '%YAML 1.1\n',
      ),
      fc.string({ maxLength: 6 }),
    );
    const property = fc.property(fc.nat(everything.length), fc.nat(30), piece, (at, cut, inserted) =>
      askAll(everything.slice(0, at) + inserted + everything.slice(at + cut), at),
    );
    fc.assert(property, { numRuns: 60, seed: 20 });
  }).timeout(60_000);

  it('answers to any text at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (text) => askAll(text, text.length >> 1)),
      { numRuns: 300, seed: 21 },
    );
  }).timeout(60_000);
});

describe('hostile text', () => {
  const bomb = (width: number, depth: number) =>
    [
      `x-0: &a0 [${'1,'.repeat(width)}]`,
      ...Array.from({ length: depth }, (_, index) => `x-${index + 1}: &a${index + 1} [${`*a${index},`.repeat(width)}]`),
    ].join('\n');
  const many = (line: (index: number) => string) => {
    let text = head;
    for (let index = 0; text.length < limits.text - 100; index++) text += line(index);
    return text;
  };
  const cases: Readonly<Record<string, readonly [text: string, code: string | undefined]>> = {
    'a billion laughs': [bomb(9, 12), 'alias-expansion'],
    'aliases of aliases by merge keys': [
      `${Array.from({ length: 40 }, (_, index) => `x-${index}: &m${index} {${index > 0 ? ` <<: [*m${index - 1}, *m${index - 1}],` : ''} k${index}: 1 }`).join('\n')}\n`,
      undefined,
    ],
    'an anchor that holds itself': ['x-a: &a [*a]\n', 'yaml-syntax'],
    'a step that undoes itself': [`${head}steps:\n  - &s\n    run: echo\n    undo: *s\n`, 'yaml-syntax'],
    'brackets without end': ['['.repeat(limits.text - 1), 'nested-too-deeply'],
    'brackets after others that close nothing': [`${']'.repeat(1000)}${'['.repeat(1000)}`, 'nested-too-deeply'],
    'dashes after a bracket that closes nothing': [`]${'- '.repeat(5000)}`, 'nested-too-deeply'],
    'dashes without end': ['- '.repeat(limits.text / 2 - 1), 'nested-too-deeply'],
    'indentation without end': [Array.from({ length: 900 }, (_, index) => `${' '.repeat(index)}a:\n`).join(''), 'nested-too-deeply'],
    'one key after another': [many((index) => `x-${index}: 1\n`), 'missing-key'],
    'one unknown key after another': [many((index) => `k${index}: 1\n`), 'unknown-key'],
    'one anchor after another': [`x: ${'&a '.repeat(150_000)}`, 'yaml-syntax'],
    'nothing but errors': [many(() => ': : } ] @ `\n'), 'yaml-syntax'],
    'a quote that is never closed': [`${head}description: "${'x\n'.repeat(200_000)}`, 'yaml-syntax'],
    'one step after another': [many((index) => `${index === 0 ? 'steps:\n' : ''}  - { id: s${index}, run: echo }\n`), undefined],
    'one expression after another': [
      `${head}steps:\n  - run: echo\n    env:\n      A: "${'${{ inputs.a }} '.repeat(20_000)}"\n`,
      'unknown-input',
    ],
    'one unclosed expression after another': [
      `${head}steps:\n  - run: echo\n    env:\n      A: "${'${{ '.repeat(60_000)}"\n`,
      'expression-syntax',
    ],
    'an expression nested without end': [`${head}steps:\n  - run: echo\n    if: ${'('.repeat(10_000)}1\n`, 'expression-syntax'],
    'a key of __proto__': [
      `${head}__proto__: { steps: [] }\nsteps:\n  - run: echo\n    env: { __proto__: x, constructor: y }\n`,
      'unknown-key',
    ],
    'a line of half a million characters': [`# ${'x'.repeat(limits.text - 10)}`, 'empty-file'],
    'too much': ['x'.repeat(limits.text + 1), 'file-too-large'],
    'bytes of an image': [`\u0089PNG\r\n\u001a\n${'\ufffd'.repeat(1000)}`, 'not-text'],
    'text in another encoding': [`r\0u\0n\0b\0o\0o\0k\0`, 'not-text'],
  };
  for (const [what, [text, code]] of Object.entries(cases)) {
    it(`${what}: ${code ?? 'is read'}`, () => {
      const { diagnostics } = analyse(text, { actions });
      const codes = new Set(diagnostics.map((diagnostic) => diagnostic.code));
      if (code !== undefined) assert.ok(codes.has(code), [...codes].join(', '));
      assert.ok(diagnostics.length <= limits.problems * 3, String(diagnostics.length));
    }).timeout(60_000);
  }

  it('keeps a name such as __proto__ a name', () => {
    const { runbook } = loadRunbook(`${head}steps:\n  - run: echo\n    env: { constructor: y }\n    outputs: { __proto__: 1 }\n`, {
      actions,
    });
    assert.deepEqual(Object.keys(runbook?.steps[0]?.outputs ?? {}), ['__proto__']);
  });
});

describe('the other half of a broken file', () => {
  it('keeps its problems and its steps', () => {
    const analysis = analyse(`${head}inputs: { a: [ }\nsteps:\n  - run: echo\n    timout: 5s\n`, { actions });
    const codes = analysis.diagnostics.map(({ code }) => code);
    assert.ok(codes.includes('yaml-syntax') && codes.includes('unknown-key'), codes.join(', '));
    assert.equal(analysis.document.steps.length, 1);
  });
});

describe('a text indented with tabs', () => {
  it('gets the problem that it has, and none that only follow from it', () => {
    const text = `${head}inputs:\n\tx:\n\t\ttype: string\nsteps:\n  - id: a\n    rum: echo\n`;
    const codes = analyse(text, { actions }).diagnostics.map(({ code }) => code);
    assert.deepEqual([...new Set(codes)].sort(), ['tab-indentation', 'unknown-key']);
    assert.equal(codes.filter((code) => code === 'unknown-key').length, 1);
  });
});

describe('silencing', () => {
  const step = (comment: string) => `${head}steps:\n  - id: a\n    ${comment}\n    uses: http/request\n    timeout: 5\n`;
  it('works on the next line, for the codes it names', () => {
    const codes = (text: string) => analyse(text, { actions }).diagnostics.map(({ code }) => code);
    assert.deepEqual(codes(step('# nothing')), ['action-input', 'invalid-duration']);
    assert.deepEqual(codes(step('# runwright-ignore: action-input')), ['invalid-duration']);
    assert.deepEqual(codes(step('# runwright-ignore: unknown-step, action-input')), ['invalid-duration']);
    assert.deepEqual(codes(step('# runwright-ignore: unknown-step')), ['action-input', 'invalid-duration']);
  });
  it('does not reach what no runbook can be made without', () => {
    const { runbook, diagnostics } = loadRunbook(`${head}steps:\n  # runwright-ignore: step-verb\n  - name: x\n`, { actions });
    assert.equal(runbook, undefined);
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['step-verb'],
    );
  });
});

describe('a key that is being typed', () => {
  it('lacks its colon, in words of this language', () => {
    const { diagnostics } = analyse(`${head}inp`, { actions });
    assert.ok(diagnostics.some(({ message }) => message === 'A `:` is missing after this key.'));
  });
});
