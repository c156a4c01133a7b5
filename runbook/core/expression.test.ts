import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ProblemError } from './errors.ts';
import {
  bareExpression,
  type Contexts,
  contextNames,
  evaluate,
  evaluateCondition,
  functions,
  parseExpression,
  parseTemplate,
  references,
  resolveText,
  resolveValue,
} from './expression.ts';
import type { Json } from './json.ts';

const contexts: Contexts = {
  where: 'Step a',
  values: {
    inputs: { name: 'HeLLo', list: [1, 2, { a: 1 }], n: 3, constructor: 5, text: '${{ secrets.KEY }}' },
    steps: { 'my-step': { outputs: { 'exit-code': 0, stdout: 'x' }, outcome: 'success' } },
    env: { PLAIN: 'p', TOKEN: '' },
  },
  secrets: { secrets: { KEY: 4 }, secretEnv: { TOKEN: ['t-', { secret: 'KEY', version: 4 }] } },
  secretsAllowed: true,
};

const values: readonly (readonly [source: string, value: Json])[] = [
  ["inputs.name == 'hello'", true],
  ['inputs.none', null],
  ['inputs.none.deeper[3]', null],
  ["inputs.none == ''", true],
  ['steps.my-step.outputs.exit-code == 0', true],
  ["steps['my-step'].outputs['exit-code']", 0],
  ['STEPS.My-Step.outcome', 'success'],
  ['inputs.constructor', 5],
  ['inputs.toString', null],
  ['inputs.list', [1, 2, { a: 1 }]],
  ['inputs.list[2].a', 1],
  ['inputs.list[9]', null],
  ["join(inputs.list.*.a, '-')", '1'],
  ["contains('ABC', 'b')", true],
  ["startsWith(inputs.name, 'HE') && endsWith(inputs.name, 'lo')", true],
  ["format('{0}-{1} {{}}', inputs.n, 'x')", '3-x {}'],
  ['fromJSON(\'[1,{"__proto__":2}]\')[1]', JSON.parse('{"__proto__":2}')],
  ['toJSON(inputs.list[2])', '{\n  "a": 1\n}'],
  ["seconds('1h30m')", 5400],
  ["'it''s ''quoted'''", "it's 'quoted'"],
  ['!success() || failure() || cancelled()', false],
  ["case(inputs.n > 2, 'many', 'few')", 'many'],
  ['env.PLAIN', 'p'],
];

const failing: readonly (readonly [source: string, why: RegExp])[] = [
  ['', /empty/],
  ['inputs.', /Unexpected/],
  ['nothing.here', /There is no nothing here/],
  ['constructor()', /no function constructor/],
  ["fromJSON('x')", /not JSON/],
  ["format('{9}', 1)", /more arguments/],
  ["seconds('3')", /has no unit/],
  ['NaN', /not a number/],
  ['secrets.KEY', /secret/],
  ['toJSON(secrets)', /secret/],
  ['toJSON(secrets.KEY)', /secret/],
  ["secrets[format('{0}', 'KEY')]", /secret/],
  ["contains(secrets.*, 'x')", /secret/],
  ["env.TOKEN == 'x'", /secret/],
  ["env['token']", /secret/],
  ['toJSON(env)', /secret/],
  ['env[inputs.name]', /secret/],
  ['(env).TOKEN', /secret/],
  [`${'('.repeat(200)}1${')'.repeat(200)}`, /depth/],
  [`'${'a'.repeat(30_000)}'`, /21,000/],
  ["format('{0}{0}{0}{0}{0}{0}{0}{0}', format('{0}{0}{0}{0}{0}{0}{0}{0}', fromJSON(inputs.big)))", /4 MiB/],
];

describe('An expression', () => {
  for (const [source, value] of values)
    it(`${source} is ${JSON.stringify(value)}`, () => assert.deepEqual(evaluate(source, contexts), value));

  const big: Contexts = { ...contexts, values: { ...contexts.values, inputs: { name: 'x', big: JSON.stringify('y'.repeat(200_000)) } } };
  for (const [source, why] of failing) {
    it(`${source.slice(0, 50)} fails with its reason`, () =>
      assert.throws(
        () => evaluate(source, big),
        (error) =>
          error instanceof ProblemError &&
          error.problem.code === 'expression-failed' &&
          why.test(error.message) &&
          /[.!?]$/.test(error.message),
      ));
  }

  it('is wrong at a place', () => {
    const at = (source: string): unknown => {
      const parsed = parseExpression(source, contextNames);
      return parsed.ok ? 'ok' : source.slice(parsed.start, parsed.end);
    };
    assert.deepEqual(
      [
        at('inputs.a == nope.x'),
        at("'a\n' == foo(1)"),
        at('inputs.a == '),
        at("inputs.a == 'open"),
        at('1 2'),
        at('success(1)'),
        at('inputs.a # b'),
      ],
      ['nope', 'foo', '==', "'open", '2', 'success', '#'],
    );
  });

  it('may be limited to some contexts', () => {
    const parsed = parseExpression('steps.a.outputs.b', ['inputs', 'env']);
    assert.match(parsed.ok ? '' : parsed.message, /There is no steps here. Known are: inputs, env/);
  });

  it('in an `if` may stand bare or with braces around the whole', () => {
    assert.deepEqual(bareExpression(' ${{ a == 1 }} '), { source: ' a == 1 ', offset: 4 });
    assert.deepEqual(bareExpression('a == 1'), { source: 'a == 1', offset: 0 });
    assert.deepEqual(evaluateCondition('always() && inputs.n', contexts), { holds: true, asksStatus: true });
    assert.deepEqual(evaluateCondition("'always()' == 'x'", contexts), { holds: false, asksStatus: false });
  });

  it('never throws anything but a problem, whatever it is', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(
              fc.constantFrom(
                'inputs',
                '.',
                '[',
                ']',
                '(',
                ')',
                "'",
                '*',
                '!',
                ',',
                'toJSON',
                'n',
                '==',
                '&&',
                ' ',
                '\n',
                '1',
                'secrets',
                'env',
              ),
              { maxLength: 12 },
            )
            .map((parts) => parts.join('')),
        ),
        (source) => {
          parseExpression(source);
          references(source);
          try {
            evaluate(source, contexts);
          } catch (error) {
            assert.ok(error instanceof ProblemError, String(error));
          }
        },
      ),
      { numRuns: 2_000 },
    ));

  it('has a signature and a doc for each function', () => {
    for (const [name, { signature, doc, min, max }] of Object.entries(functions))
      assert.ok(signature.startsWith(`${name}(`) && doc.endsWith('.') && min <= max);
  });
});

describe('References of an expression', () => {
  it('are found with their places, through indexes of any kind', () => {
    const source = "steps['a'].outputs.b == inputs.list[steps.c.outputs.i].x && env.*";
    assert.deepEqual(
      references(source).map(({ context, path, start, end, dynamic }) => ({ context, path, text: source.slice(start, end), dynamic })),
      [
        { context: 'steps', path: ['a', 'outputs', 'b'], text: "steps['a'].outputs.b", dynamic: false },
        { context: 'inputs', path: ['list'], text: 'inputs.list', dynamic: true },
        { context: 'steps', path: ['c', 'outputs', 'i'], text: 'steps.c.outputs.i', dynamic: false },
        { context: 'env', path: [], text: 'env', dynamic: true },
      ],
    );
  });

  it('name each segment without quotes, for a rename', () => {
    const source = "x( steps[ 'a' ].outcome )".replace('x(', 'toJSON(');
    const segments = references(source).flatMap((one) => one.segments);
    assert.deepEqual(
      segments.map(({ name, start, end }) => [name, source.slice(start, end)]),
      [
        ['a', 'a'],
        ['outcome', 'outcome'],
      ],
    );
  });

  it('are right behind a text with a line break', () => {
    const source = "'a\nb' == inputs.x";
    const [only] = references(source);
    assert.equal(source.slice(only?.start, only?.end), 'inputs.x');
  });

  it('are none in what cannot be parsed', () => assert.deepEqual(references('inputs. =='), []));
});

describe('A template', () => {
  it('is cut at its braces, quotes respected', () => {
    const text = "a ${{ inputs.x }}-${{ '}}' }}";
    assert.deepEqual(
      parseTemplate(text).parts.map((part) => [part.kind, text.slice(part.start, part.end)]),
      [
        ['text', 'a '],
        ['expression', '${{ inputs.x }}'],
        ['text', '-'],
        ['expression', "${{ '}}' }}"],
      ],
    );
  });

  it('that is not closed is a problem, and the rest is still read', () => {
    const { parts, problems } = parseTemplate('a ${{ b\nc ${{ d }}');
    assert.deepEqual(
      problems.map(({ start, end }) => [start, end]),
      [[2, 7]],
    );
    assert.deepEqual(
      parts.flatMap((part) => (part.kind === 'expression' ? [[part.source, part.closed]] : [])),
      [
        [' b', false],
        [' d ', true],
      ],
    );
  });

  it('with a stray quote ends at the first braces', () => {
    const { parts } = parseTemplate("${{ it's }} b ${{ c }}");
    assert.deepEqual(
      parts.map((part) => part.start),
      [0, 11, 14],
    );
  });

  it('has parts that give the text again', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('${{', '}}', "'", 'a', ' ', '\n', '$', '{')).map((pieces) => pieces.join('')),
        (text) => {
          assert.equal(
            parseTemplate(text)
              .parts.map((part) => text.slice(part.start, part.end))
              .join(''),
            text,
          );
        },
      ),
    ));
});

describe('A value', () => {
  it('that is one expression keeps its type, any other becomes text', () =>
    assert.deepEqual(
      resolveValue(
        { a: '${{ inputs.n }}', b: 'n=${{ inputs.n }}', c: ['${{ inputs.list }}', '${{ inputs.none }}', 'x${{ inputs.none }}'], d: 5 },
        contexts,
      ).value,
      {
        a: 3,
        b: 'n=3',
        c: [[1, 2, { a: 1 }], null, 'x'],
        d: 5,
      },
    ));

  it('does not put a list into a text unasked', () => assert.throws(() => resolveText('x ${{ inputs.list }}', contexts), /use toJSON/));

  it('with secrets is empty in place and told by pointer', () =>
    assert.deepEqual(resolveValue({ 'a/b~': ['Bearer ${{ secrets.key }}!', '${{ env.TOKEN }}'], c: 'plain' }, contexts, '/with'), {
      value: { 'a/b~': ['', ''], c: 'plain' },
      secretTexts: [
        { at: '/with/a~1b~0/0', parts: ['Bearer ', { secret: 'KEY', version: 4 }, '!'] },
        { at: '/with/a~1b~0/1', parts: ['t-', { secret: 'KEY', version: 4 }] },
      ],
    }));

  it('of an output that was left out for its length is an error, never null', () => {
    const long = { ...contexts, values: { steps: { dump: { outputs: { 'too-large': ['stdout'] } } }, result: { 'too-large': ['body'] } } };
    const tooLarge = (error: unknown) => error instanceof ProblemError && error.problem.code === 'output-too-large';
    assert.throws(() => resolveText('${{ steps.dump.outputs.StdOut }}', long), tooLarge);
    assert.throws(() => resolveText("${{ result['body'] }}", long), tooLarge);
    assert.equal(resolveText('${{ steps.dump.outputs.stderr }}', long).text, '');
  });

  it('from outside is never read again as an expression', () =>
    assert.deepEqual(resolveValue('${{ inputs.text }}', contexts), { value: '${{ secrets.KEY }}', secretTexts: [] }));

  it('holds no secret where none is allowed', () => {
    const strict = { ...contexts, secretsAllowed: false };
    assert.throws(() => resolveText('${{ secrets.KEY }}', strict), /secret/);
    assert.throws(() => resolveText('x ${{ env.TOKEN }}', strict), /secret/);
  });

  it('names a secret that has no value', () =>
    assert.throws(
      () => resolveText('${{ secrets.OTHER }}', contexts),
      (error) => error instanceof ProblemError && error.problem.code === 'secret-missing',
    ));
});
