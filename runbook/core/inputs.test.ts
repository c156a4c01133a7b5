import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkInput, checkInputs } from './inputs.ts';
import type { Json } from './json.ts';
import type { InputSpec } from './model.ts';
import { patternLimit } from './pattern.ts';

const read = (spec: InputSpec, given: unknown): Json | undefined => {
  const checked = checkInput('x', spec, given);
  return checked.ok ? checked.value : undefined;
};

const accepted: readonly (readonly [spec: InputSpec, given: unknown, value: Json])[] = [
  [{ type: 'string' }, 'a', 'a'],
  [{ type: 'string' }, 5, '5'],
  [{ type: 'string' }, '', ''],
  [{ type: 'integer' }, '3', 3],
  [{ type: 'integer' }, '-3', -3],
  [{ type: 'integer' }, 3, 3],
  [{ type: 'number' }, ' 1.5e3 ', 1500],
  [{ type: 'boolean' }, 'TRUE', true],
  [{ type: 'boolean' }, false, false],
  [{ type: 'choice', options: ['low', 2] }, '2', 2],
  [{ type: 'duration' }, '1h30m', '1h30m'],
  [{ type: 'list' }, '[1,"a"]', [1, 'a']],
  [{ type: 'list', items: { type: 'integer' } }, ['1', 2], [1, 2]],
  [{ type: 'object' }, '{"a":{"b":null}}', { a: { b: null } }],
  [{ type: 'file' }, './data.csv', './data.csv'],
  [{ type: 'string', format: 'ip' }, '2001:db8::7', '2001:db8::7'],
  [{ type: 'string', format: 'ipv6' }, '::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  [{ type: 'string', format: 'cidr' }, '10.0.0.0/8', '10.0.0.0/8'],
  [{ type: 'string', format: 'hostname' }, 'edge-1.example.net', 'edge-1.example.net'],
  [{ type: 'string', format: 'uri' }, 'https://example.net/a?b=c#d', 'https://example.net/a?b=c#d'],
  [{ type: 'string', format: 'email' }, 'ops+x@example.net', 'ops+x@example.net'],
  [{ type: 'string', format: 'date-time' }, '2028-02-29T09:30:00.5+02:00', '2028-02-29T09:30:00.5+02:00'],
  [{ type: 'string', pattern: '^v\\d+(\\.\\d+)*$' }, 'v1.20.3', 'v1.20.3'],
];

const refused: readonly (readonly [spec: InputSpec, given: unknown])[] = [
  [{ type: 'string' }, null],
  [{ type: 'string' }, ['a']],
  [{ type: 'string' }, 'a\ud800'],
  [{ type: 'string' }, 'a\0b'],
  [{ type: 'string' }, 'a'.repeat(70_000)],
  [{ type: 'string', min: 2, max: 3 }, 'a'],
  [{ type: 'integer' }, '3.5'],
  [{ type: 'integer' }, ''],
  [{ type: 'integer' }, '0x10'],
  [{ type: 'integer' }, 2 ** 60],
  [{ type: 'integer', min: 1, max: 5 }, '6'],
  [{ type: 'number' }, 'Infinity'],
  [{ type: 'number' }, Number.NaN],
  [{ type: 'boolean' }, 'yes'],
  [{ type: 'boolean' }, 1],
  [{ type: 'choice', options: ['low'] }, 'Low'],
  [{ type: 'duration' }, '24'],
  [{ type: 'duration' }, 24],
  [{ type: 'list' }, 'a,b'],
  [{ type: 'list', max: 1 }, '[1,2]'],
  [{ type: 'list', items: { type: 'string', format: 'ip' } }, '["x"]'],
  [{ type: 'object' }, '[]'],
  [{ type: 'object' }, 'null'],
  [{ type: 'object' }, `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`],
  [{ type: 'string', format: 'ipv4' }, '192.0.2.07'],
  [{ type: 'string', format: 'ipv4' }, '192.0.2.256'],
  [{ type: 'string', format: 'ipv6' }, '1::2::3'],
  [{ type: 'string', format: 'ipv6' }, ':1:2:3:4:5:6:7'],
  [{ type: 'string', format: 'ipv6' }, '1:2:3:4:5:6:7:8:9'],
  [{ type: 'string', format: 'cidr' }, '10.0.0.0/33'],
  [{ type: 'string', format: 'hostname' }, '-a.example.net'],
  [{ type: 'string', format: 'hostname' }, 'a b'],
  [{ type: 'string', format: 'uri' }, '/only/a/path'],
  [{ type: 'string', format: 'email' }, 'ops@'],
  [{ type: 'string', format: 'date-time' }, '2027-02-29T09:30:00Z'],
  [{ type: 'string', format: 'date-time' }, '2027-02-28 09:30'],
  [{ type: 'string', pattern: '^a+$' }, 'b'],
  [{ type: 'string', pattern: '(' }, 'b'],
];

describe('An input', () => {
  for (const [spec, given, value] of accepted) {
    it(`of ${JSON.stringify(spec)} takes ${JSON.stringify(given)}`, () => assert.deepEqual(read(spec, given), value));
  }
  for (const [spec, given] of refused) {
    it(`of ${JSON.stringify(spec)} refuses ${String(JSON.stringify(given)).slice(0, 40)}`, () =>
      assert.equal(read(spec, given), undefined));
  }

  it('that is wrong is named, with what was given and what is allowed', () => {
    const checked = checkInput('count', { type: 'integer', min: 1, max: 9 }, 'many');
    assert.equal(
      checked.ok ? '' : `${checked.problem.message} ${checked.problem.remedy}`,
      'The input count was given as many. It must be a whole number from 1 to 9.',
    );
  });

  it('that is wrong can be seen in the sentence, also when it is empty or blank', () => {
    for (const [given, shown] of [
      ['', '""'],
      [' 7x', '" 7x"'],
      ['7\n', '"7\\n"'],
      ['\u001b[2J', '"\\u001b[2J"'],
    ] as const) {
      const checked = checkInput('count', { type: 'choice', options: ['a'] }, given);
      assert.equal(checked.ok ? '' : checked.problem.message, `The input count was given as ${shown}.`);
    }
  });

  it('may be long where its pattern leaves no choice', () => {
    const arn = `arn:aws:iam::123456789012:role/${'team-'.repeat(30)}deploy`;
    assert.equal(read({ type: 'string', pattern: '^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$' }, arn), arn);
    const host = `${'node-1.'.repeat(20)}example.net`;
    assert.equal(read({ type: 'string', pattern: '^([a-z0-9-]+\\.)+[a-z]+$' }, host), host);
  });

  it('is checked in no time against a pattern made to be slow', () => {
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(.*)*x$', '^(\\w+\\s?)*$'])
      assert.equal(read({ type: 'string', pattern }, `${'a'.repeat(50_000)}!`), undefined);
    for (const pattern of ['.*.*.*=', '^.*.*.*.*=', '(.*=)(.*=)(.*=)(.*=)(.*=)x', '.*'.repeat(7)]) {
      assert.equal(read({ type: 'string', pattern: `${pattern}!` }, 'a='.repeat(patternLimit(pattern) / 2)), undefined);
    }
  });
});

describe('The inputs of a run', () => {
  const specs: Record<string, InputSpec> = {
    ip: { type: 'string', format: 'ip', required: true },
    n: { type: 'integer', default: '7' },
    note: { type: 'string' },
  };

  it('are all there: given, by default, or null', () =>
    assert.deepEqual(checkInputs(specs, { ip: '192.0.2.7' }), { ok: true, value: { ip: '192.0.2.7', n: 7, note: null } }));

  it('must be known, and given where required', () => {
    const code = (given: Record<string, unknown>): string => {
      const checked = checkInputs(specs, given);
      return checked.ok ? 'ok' : checked.problem.code;
    };
    assert.deepEqual(
      [code({ ip: '::1', other: 1 }), code({}), code({ ip: 'x' }), code(JSON.parse('{"ip":"::1","__proto__":1}'))],
      ['input-unknown', 'input-missing', 'input-wrong', 'input-unknown'],
    );
  });

  it('may be called as an own property of every object is', () =>
    assert.deepEqual(checkInputs(Object.fromEntries([['constructor', { type: 'string' } as const]]), {}), {
      ok: true,
      value: { constructor: null },
    }));
});
