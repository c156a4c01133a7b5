import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProblemError } from '../../../../runbook/core/errors.ts';
import type { Json } from '../../../../runbook/core/json.ts';
import { jsonEvent } from '../logs/json.ts';
import { expression } from './pattern.ts';
import { readRules } from './rule.ts';

const rule = (detection: Json, more: Record<string, Json> = {}) => {
  const [read] = readRules(JSON.stringify({ title: 'A rule', detection, ...more }), 'file.yml');
  assert.ok(read);
  return read;
};
const fits = (selection: Json, event: Json) => {
  const read = rule({ selection, condition: 'selection' });
  const line = JSON.stringify(event);
  const is = read.fits(jsonEvent(line));
  // What lets lines go by unread must never lose one.
  if (is && read.needs)
    assert.ok(
      read.needs.some((text) => line.toLowerCase().includes(text)),
      `${line} lacks ${read.needs}`,
    );
  return is;
};
const problemOf = (text: string) => {
  try {
    readRules(text, 'file.yml');
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code} ${error.message}`;
    throw error;
  }
  return 'taken';
};

describe('Sigma rules', () => {
  const cases: [Json, Json, Json][] = [
    // selection, an event that fits, one that does not
    [{ User: 'Root' }, { User: 'ROOT' }, { User: 'roots' }],
    [{ User: ['a', 'b'] }, { User: 'b' }, { User: 'c' }],
    [{ User: 'ro?t*' }, { User: 'rootkit' }, { User: 'rot' }],
    [{ Path: 'C:\\Windows\\\\*\\cmd.exe' }, { Path: 'c:\\windows\\system32\\cmd.exe' }, { Path: 'c:\\windows\\cmd.exe' }],
    [{ Name: 'a\\*b' }, { Name: 'a*b' }, { Name: 'axb' }],
    [{ 'Cmd|contains': 'mimi' }, { Cmd: 'x MIMIkatz' }, { Cmd: 'x' }],
    [{ 'Cmd|contains|all': ['-enc', 'hidden'] }, { Cmd: 'ps -enc x -w hidden' }, { Cmd: 'ps -enc x' }],
    [{ 'Image|endswith': '\\cmd.exe' }, { Image: 'C:\\x\\cmd.exe' }, { Image: 'C:\\cmd.exe.txt' }],
    [{ 'Image|startswith': ['/tmp', '/dev/shm'] }, { Image: '/dev/shm/x' }, { Image: '/usr/tmp' }],
    [{ 'Cmd|re': '^ssh\\s+-R\\s*\\d{2,5}' }, { Cmd: 'ssh -R 8080' }, { Cmd: 'ssh -r 8080' }],
    [{ 'Cmd|re|i': 'SSH' }, { Cmd: 'ssh' }, { Cmd: 'sh' }],
    [{ 'Cmd|re': '(?i)SSH' }, { Cmd: 'ssh' }, { Cmd: 'sh' }],
    [{ 'Cmd|contains|cased': 'AbC' }, { Cmd: 'xAbCx' }, { Cmd: 'xabcx' }],
    [{ 'Ip|cidr': ['192.0.2.0/24', '2001:db8::/32'] }, { Ip: '2001:db8:5::1' }, { Ip: '192.0.3.1' }],
    [{ 'Count|gte': 5 }, { Count: '5' }, { Count: 4 }],
    [{ EventID: 4625 }, { EventID: '4625' }, { EventID: 462 }],
    [{ User: null }, { Other: 1 }, { User: 'x' }],
    [{ 'User|exists': false }, { Other: 1 }, { User: null }],
    [{ a: 'x', b: 'y' }, { a: 'x', b: 'y' }, { a: 'x' }],
    [[{ a: 'x' }, { b: 'y' }], { b: 'y' }, { c: 'z' }],
    [['failed password', 'C:\\Temp'], { message: 'in c:\\temp\\x' }, { message: 'password' }],
    [{ '|all': ['one', 'two'] }, { m: 'two and one' }, { m: 'one' }],
    [{ CommandLine: 'x' }, { winlog: { event_data: { CommandLine: 'x' } } }, { winlog: 'CommandLine' }],
    [{ 'Groups|contains': 'adm' }, { Groups: ['users', 'admins'] }, { Groups: ['users'] }],
  ];
  for (const [selection, fit, unfit] of cases)
    it(`${JSON.stringify(selection)} fits as it should`, () => {
      assert.equal(fits(selection, fit), true, JSON.stringify(fit));
      assert.equal(fits(selection, unfit), false, JSON.stringify(unfit));
    });

  it('join selections as the condition says', () => {
    const named = { s1: { a: 1 }, s2: { b: 1 }, filter_x: { x: 1 }, filter_y: { y: 1 }, _hidden: { h: 1 } };
    const is = (condition: string, event: Json) => rule({ ...named, condition }).fits(jsonEvent(JSON.stringify(event)));
    assert.equal(is('s1 or s2 and filter_x', { a: 1 }), true, 'and binds more');
    assert.equal(is('(s1 or s2) and filter_x', { a: 1 }), false);
    assert.equal(is('s1 and not 1 of filter_*', { a: 1, y: 1 }), false);
    assert.equal(is('s1 and not 1 of filter_*', { a: 1 }), true);
    assert.equal(is('s1 and not all of filter_*', { a: 1, y: 1 }), true);
    assert.equal(is('all of them', { a: 1, b: 1, x: 1, y: 1 }), true);
    assert.equal(is('2 of them', { a: 1, h: 1 }), false);
    assert.equal(is('2 of them', { a: 1, b: 1 }), true);
    assert.equal(is('not not s1', { a: 1 }), true);
  });

  it('name their techniques', () => {
    const read = rule(
      { s: { a: 1 }, condition: 's' },
      { tags: ['attack.credential-access', 'attack.t1110.001', 'attack.T1078', 'car.2013'], level: 'high', id: 'x' },
    );
    assert.deepEqual([read.techniques, read.level, read.id], [['T1110.001', 'T1078'], 'high', 'x']);
    assert.equal(
      readRules('title: a\ndetection:\n  k: [x]\n  condition: k\n---\ntitle: b\ndetection:\n  k: [y]\n  condition: k\n', 'f').length,
      2,
    );
  });

  it('that cannot be done are refused by name, with what it is', () => {
    const detection = (more: string) => `title: My rule\ndetection:\n  s:\n    a: 1\n  ${more}\n`;
    const wanted: [string, RegExp][] = [
      [detection('condition: s | count() > 5'), /unsupported .*My rule \(file\.yml\) uses an aggregation/],
      [detection('condition: s\n  timeframe: 5m'), /unsupported .*timeframe/],
      [detection('t:\n    a|base64offset|contains: x\n  condition: t'), /unsupported .*base64offset/],
      [detection("t:\n    a|re: '(a+)+$'\n  condition: t"), /unsupported .*repetition/],
      ['title: My rule\ncorrelation:\n  type: event_count\n', /unsupported .*correlation/],
      [detection('condition: s and nothing'), /wrong .*names nothing, and detection has only s/],
      [detection('condition: (s'), /wrong .*closing parenthesis/],
      [detection('condition: s and'), /wrong .*ends too soon/],
      [detection('condition: 1 of x*'), /wrong .*no selection is named x\*/],
      [detection('x: 1'), /wrong .*no condition/],
      [detection("t:\n    a|re: '('\n  condition: t"), /wrong .*expression/],
      [detection('t:\n    a|cidr: here\n  condition: t'), /wrong .*network/],
      ['title: [', /wrong .*file\.yml is wrong: it is no YAML/],
      ['', /wrong .*empty/],
      ['just text', /wrong .*not a mapping/],
      [`a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`, /wrong .*(aliases|detection)/],
    ];
    for (const [text, problem] of wanted) assert.match(problemOf(text), problem, text);
  });

  it('have no expression that could take for ever', () => {
    for (const bad of ['(a+)+$', '(a*)*', '((a+)b?)*', '(a|aa)+', '(?:x{2,})+', '(a|b)*c'])
      assert.equal(expression(bad, ''), undefined, bad);
    for (const good of ['a+b+', '(abc)+', '(a|b)c', '[(a+)]+', '\\(a+\\)+', '(a+)?', '(a{2}){3}']) assert.ok(expression(good, ''), good);
  });

  it('are read or refused, whatever they hold', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'a|re', 'b|contains|all', '|all', 'c|cidr', 'd|x', 'e|gt', 's'), tie('any'), { maxKeys: 3 }),
      ),
    })).any;
    const condition = fc
      .array(fc.constantFrom('s', 't', 'and', 'or', 'not', '(', ')', '1', 'all', 'of', 'them', 's*', '|'), { maxLength: 8 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(value, value, condition, (s, t, condition) => {
        const problem = problemOf(JSON.stringify({ title: 'x', detection: { s, t, condition } }));
        assert.match(problem, /^(taken|sigma-(wrong|unsupported) )/);
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.string(), (text) => assert.match(problemOf(text), /^sigma-wrong /)));
  });
});
