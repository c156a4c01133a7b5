import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { testContext } from '../testing/context.ts';
import { parsePath, select } from './select/path.ts';
import { jsonSelect } from './select/select.ts';

const value = {
  hosts: [
    { name: 'a', tags: ['x', 'y'] },
    { name: 'b', tags: [] },
  ],
  'odd key': { 'a/b~c': 1, '': 2 },
  none: null,
};

describe('a path into JSON', () => {
  const found = (path: string) => {
    const parsed = parsePath(path);
    return 'wrong' in parsed ? parsed.wrong : select(value, parsed);
  };

  it('is a pointer, or names with dots and brackets', () => {
    for (const path of ['/hosts/1/name', 'hosts[1].name', '$.hosts[1].name', '$["hosts"][-1]["name"]', "['hosts'][1].name", 'hosts.1.name'])
      assert.deepEqual(found(path), ['b'], path);
    assert.deepEqual(found(''), [value]);
    assert.deepEqual(found('$'), [value]);
    assert.deepEqual(found('/odd key/a~1b~0c'), [1]);
    assert.deepEqual(found('/odd key/'), [2]);
    assert.deepEqual(found('hosts[*].name'), ['a', 'b']);
    assert.deepEqual(found('hosts.*.tags[*]'), ['x', 'y']);
    assert.deepEqual(found('none'), [null]);
  });

  it('finds nothing inherited, and nothing in what has no parts', () => {
    for (const path of ['constructor', '__proto__', 'hosts.length', '/hosts/-', '/hosts/01', 'hosts[7]', 'none.x', 'hosts[0].name.x'])
      assert.deepEqual(found(path), [], path);
  });

  it('that cannot be read says where', () => {
    for (const path of ['a b', 'a..b', 'a[', 'a[b]', 'a]', '.', 'a.', '/a~2', '["a', 'a[1]b'])
      assert.match(String(found(path)), /\D/, path);
    for (const path of ['a b', 'a[b]', '["a']) assert.equal(typeof found(path), 'string', path);
  });

  it('of any text throws nothing, and every pointer finds its key', () => {
    fc.assert(fc.property(fc.string(), (path) => void found(path)));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (key) => {
        const parsed = parsePath(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
        assert.deepEqual('wrong' in parsed ? parsed : select(Object.fromEntries([[key, 1]]), parsed), [1]);
      }),
    );
  });
});

describe('json/select', () => {
  const act = async (input: Readonly<Record<string, Json>>) => {
    const made = testContext();
    writeFileSync(join(made.context.folder, 'a.json'), `\ufeff${JSON.stringify(value)}`);
    writeFileSync(join(made.context.folder, 'bad.json'), '{"word-of-mouth": }');
    try {
      const outcome = await jsonSelect(input, made.context);
      return outcome.kind === 'succeeded' ? outcome.outputs : outcome;
    } catch (error) {
      assert.ok(error instanceof ProblemError && !/mouth/.test(error.message));
      return error.problem.code;
    } finally {
      made.remove();
    }
  };

  it('takes a value, a text or a file', async () => {
    const outputs = { value: 'b', found: true, count: 1 };
    assert.deepEqual(await act({ from: value, path: 'hosts[-1].name' }), outputs);
    assert.deepEqual(await act({ text: JSON.stringify(value), path: '/hosts/1/name' }), outputs);
    assert.deepEqual(await act({ file: 'a.json', path: 'hosts[1].name' }), outputs);
    assert.deepEqual(await act({ from: value, path: 'hosts[*].nothing' }), { value: [], found: false, count: 0 });
    assert.deepEqual(await act({ from: value, path: 'x', default: 7 }), { value: 7, found: false, count: 0 });
  });

  it('says what is wrong', async () => {
    assert.equal(await act({ from: value, path: 'x' }), 'select-nothing');
    assert.equal(await act({ from: value, path: 'a b' }), 'action-input');
    assert.equal(await act({ path: 'x' }), 'action-input');
    assert.equal(await act({ from: value, text: '1', path: '' }), 'action-input');
    assert.equal(await act({ text: '{', path: '' }), 'action-input');
    assert.equal(await act({ file: 'none.json', path: '' }), 'path-missing');
    assert.equal(await act({ file: 'bad.json', path: '' }), 'file-content');
  });
});
