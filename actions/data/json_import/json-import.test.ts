import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { jsonExport } from '../json_export/json-export.ts';
import { type DataTest, dataTest } from '../testing/run.ts';
import { jsonImport } from './json-import.ts';

describe('data/json_import and json_export', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  const imported = async (
    name: string,
    content: string | Uint8Array,
    input: Readonly<Record<string, Json>> = {},
  ): Promise<JsonObject & { readonly all: JsonObject[] }> => {
    const outputs = await test.outputs(jsonImport, { path: test.file(name, content), ...input });
    return { ...outputs, all: await test.rows(outputs.table) };
  };
  const refused = async (content: string | Uint8Array, input: Readonly<Record<string, Json>> = {}) =>
    (await test.failure(jsonImport, { path: test.file('in.json', content), ...input })).error;

  const items = [
    { id: 1, host: { name: 'web', tags: ['a', 'b'] } },
    { id: 2, up: true, host: { name: 'db' }, '': {} },
  ];
  const flat = [
    { id: 1, 'host.name': 'web', 'host.tags': ['a', 'b'], up: null, column_5: null },
    { id: 2, 'host.name': 'db', 'host.tags': null, up: true, column_5: {} },
  ];

  it('reads a list, one inside a document, and lines', async () => {
    assert.deepEqual((await imported('a.json', JSON.stringify(items, null, 2))).all, flat);
    assert.deepEqual((await imported('b.json', JSON.stringify({ meta: 1, data: { items } }), { at: 'data.items' })).all, flat);
    const lines = items.map((item) => JSON.stringify(item)).join('\r\n\r\n');
    for (const name of ['c.jsonl', 'c.json']) {
      const { all, format } = await imported(name, lines);
      assert.deepEqual([all, format], [flat, 'lines']);
    }
    assert.deepEqual((await imported('d.json', iconv.encode(JSON.stringify(items), 'utf-16le', { addBOM: true }))).all, flat);
  });

  it('keeps what is nested, and takes values that are no objects', async () => {
    assert.deepEqual((await imported('a.json', JSON.stringify(items), { nested: 'keep' })).all[0], {
      id: 1,
      host: { name: 'web', tags: ['a', 'b'] },
      up: null,
      column_4: null,
    });
    assert.deepEqual((await imported('b.json', '["x", 7, null]')).all, [{ value: 'x' }, { value: 7 }, { value: null }]);
    assert.deepEqual((await imported('c.json', '{"a":1}')).all, [{ a: 1 }]);
    assert.deepEqual((await imported('d.json', '[]')).rows, 0);
  });

  it('names file and line of what is broken', async () => {
    assert.match((await refused('[\n{"a":1},\n{"a":}\n]')).message, /in\.json, line 3: it is not JSON/);
    assert.match((await refused('[\n{"a":1},\n{"a":')).message, /line 3: the document ends in the middle/);
    assert.match((await refused('[{"a":1}]\n[]')).message, /line 2: it is not JSON/);
    assert.match((await refused('')).message, /it is empty/);
    assert.match((await refused('{"a":[]}', { at: 'a.b' })).message, /nothing is at a\.b/);
    assert.match((await refused('<!doctype html><title>x')).message, /a web page/);
    assert.equal(
      (await refused(`[${JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`c${at}`, 1])))}]`)).code,
      'data-limit',
    );
    assert.equal((await refused(`["${'x'.repeat(5 * 1024 * 1024)}"]`)).code, 'data-limit');
  });

  it('skips lines that are broken or do not fit the schema', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } } };
    const { all, broken } = await imported('a.jsonl', '{"a":1}\n{"a":\n{"a":"x"}\n{"a":2}\n', { broken: 'skip', schema });
    assert.deepEqual([all, broken], [[{ a: 1 }, { a: 2 }], 2]);
    assert.match((await refused('[{"a":"x"}]', { schema })).message, /line 1: it does not fit the schema: a must be integer/);
  });

  it('writes what it reads back, in every form', async () => {
    for (const [path, format] of [
      ['o.json', 'pretty'],
      ['o.json', 'compact'],
      ['o.jsonl', undefined],
    ] as const) {
      await test.outputs(jsonExport, { table: flat, path, ...(format ? { format } : {}) });
      const text = readFileSync(join(test.context.folder, path), 'utf8');
      const read = path.endsWith('l')
        ? text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : JSON.parse(text);
      assert.deepEqual(read, flat);
    }
    await test.outputs(jsonExport, { table: [], path: 'empty.json' });
    assert.equal(readFileSync(join(test.context.folder, 'empty.json'), 'utf8'), '[]\n');
  });
});
