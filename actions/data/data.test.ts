import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../runbook/core/json.ts';
import { csvExport } from './csv_export/csv-export.ts';
import { csvImport } from './csv_import/csv-import.ts';
import { enrich } from './enrich/enrich.ts';
import { jsonExport } from './json_export/json-export.ts';
import { quality } from './quality/quality.ts';
import { rulesCheck } from './rules_check/rules-check.ts';
import { schemaValidate } from './schema_validate/schema-validate.ts';
import { type DataTest, dataTest } from './testing/run.ts';
import { transform } from './transform/transform.ts';

const events = [
  { id: 1, source: '198.51.100.7', port: 22, action: 'deny' },
  { id: 2, source: '203.0.113.9', port: 443, action: 'allow' },
  { id: 3, source: '2001:DB8:0::1', port: 70000, action: 'deny' },
];

describe('data actions', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  it('do not stop the engine by a pattern that takes for ever', async () => {
    const table = [{ a: `${'a'.repeat(40)}!` }, { a: 'aaa' }];
    const { invalid } = await test.outputs(quality, { table, columns: { a: { pattern: '^(a+)+$' } } });
    assert.deepEqual(invalid, [{ what: 'a is too long for the pattern to be tried', count: 1, rows: [1] }]);
    const schema = { properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    const { errors } = await test.outputs(schemaValidate, { table, schema, 'on-failure': 'report' });
    assert.equal(Object(errors)[0].count, 1);
  });

  describe('data/transform', () => {
    it('filters, sets, renames, drops and orders', async () => {
      const { table, rows, left } = await test.outputs(transform, {
        table: events,
        where: 'row.action == values.wanted && row.port < 100000',
        values: { wanted: 'deny' },
        set: { place: "format('{0}:{1}', row.source, row.port)", checked: true },
        rename: { source: 'from' },
        drop: ['action'],
      });
      assert.deepEqual([rows, left], [2, 1]);
      assert.deepEqual((await test.rows(table))[0], { id: 1, from: '198.51.100.7', port: 22, place: '198.51.100.7:22', checked: true });
      const picked = await test.outputs(transform, { table, select: ['place', 'id'], limit: 1 });
      assert.deepEqual(await test.rows(picked.table), [{ place: '198.51.100.7:22', id: 1 }]);
    });

    it('reads every expression before it reads a row, and names the row that one fails in', async () => {
      const wrong = await test.failure(transform, { table: events, where: 'row.port >' });
      assert.equal(wrong.error.code, 'expression-failed');
      const other = await test.failure(transform, { table: events, where: "steps.a.outputs.b == 'x'" });
      assert.match(other.error.message, /There is no steps here/);
      const row = await test.failure(transform, { table: [{ a: '{}' }, { a: 'x' }], set: { b: 'fromJSON(row.a)' } });
      assert.match(row.error.message, /^set b, row 2: /);
      const twice = await test.failure(transform, { table: events, rename: { id: 'port' } });
      assert.match(twice.error.message, /two columns would be named port/);
      assert.equal((await test.failure(transform, { table: events, drop: ['none'] })).error.code, 'data-column');
    });

    it('leaves cells that it does not set as they were written', async () => {
      const first = await test.outputs(csvImport, { path: test.file('n.csv', 'a,b\n1.50,x\n-2e3,y\n') });
      const { table } = await test.outputs(transform, { table: first.table ?? null, set: { c: "'z'" } });
      await test.outputs(csvExport, { table: table ?? null, path: 'out.csv' });
      assert.equal(readFileSync(join(test.context.folder, 'out.csv'), 'utf8'), 'a,b,c\n1.50,x,z\n-2e3,y,z\n');
    });
  });

  describe('data/csv_export', () => {
    const exported = async (table: readonly Readonly<Record<string, string | number | null>>[], input = {}) => {
      const outputs = await test.outputs(csvExport, { table, path: 'out/t.csv', ...input });
      return { outputs, text: readFileSync(join(test.context.folder, 'out/t.csv'), 'utf8') };
    };

    it('quotes what must be, and reads back the same', async () => {
      const rows = [
        { a: 'x,y', b: 'say "hi"' },
        { a: 'two\nlines', b: ' blank ' },
        { a: '', b: '\r' },
      ];
      for (const input of [{}, { delimiter: 'semicolon', 'line-end': 'crlf', mark: true }]) {
        await exported(rows, { formulas: 'keep', ...input });
        const { table } = await test.outputs(csvImport, { path: 'out/t.csv', types: 'text' });
        assert.deepEqual(await test.rows(table), rows);
      }
      const one = await exported([{ a: '' }, { a: 'x' }]);
      assert.equal(one.text, 'a\n""\nx\n');
    });

    it('makes formulas harmless unless told not to', async () => {
      const rows = [
        { a: '=cmd|x', b: '@SUM(A1)' },
        { a: '-5', b: '+1-2' },
        { a: -5, b: '\t=1' },
      ];
      const { text, outputs } = await exported(rows);
      assert.equal(text, "a,b\n'=cmd|x,'@SUM(A1)\n-5,'+1-2\n-5,'\t=1\n");
      assert.equal(outputs.guarded, 4);
      assert.match((await exported(rows, { formulas: 'keep' })).text, /^=cmd/m);
    });

    it('says beside the file what it is', async () => {
      const { outputs, text } = await exported([{ a: 'x', b: 1 }], { metadata: true, delimiter: 'tab' });
      const metadata = JSON.parse(readFileSync(join(test.context.folder, 'out/t.csv-metadata.json'), 'utf8'));
      assert.equal(outputs.sha256, createHash('sha256').update(text).digest('hex'));
      assert.deepEqual(
        [metadata.url, metadata.dialect.delimiter, metadata.notes[0].rows, metadata.notes[0].sha256],
        ['t.csv', '\t', 1, outputs.sha256],
      );
      assert.deepEqual(metadata.tableSchema.columns, [
        { titles: 'a', datatype: 'string' },
        { titles: 'b', datatype: 'number' },
      ]);
      for (const format of ['pretty', 'lines']) {
        const table = [
          { a: 'x', b: 1 },
          { a: null, b: 2 },
        ];
        await test.outputs(jsonExport, { table, path: 'out/t.json', format, schema: true });
        const schema = JSON.parse(readFileSync(join(test.context.folder, 'out/t.json.schema.json'), 'utf8'));
        const valid = await test.outputs(schemaValidate, {
          table,
          schema: format === 'lines' ? { ...schema, required: [] } : { ...schema.items, required: [] },
        });
        assert.equal(valid.passed, true);
      }
    });

    it('keeps the earlier file where it fails', async () => {
      writeFileSync(join(test.context.folder, 'kept.csv'), 'before');
      await test.failure(csvExport, { table: events, path: 'kept.csv', columns: ['none'] });
      assert.equal(readFileSync(join(test.context.folder, 'kept.csv'), 'utf8'), 'before');
      const folder = await test.failure(csvExport, { table: events, path: '.' });
      assert.equal(folder.error.code, 'file-unwritable');
    });
  });

  describe('data/enrich', () => {
    it('joins with a file by address, range and exact value', async () => {
      const feed = test.file(
        'feed.csv',
        'indicator,threat,score\n198.51.100.0/24,scanner,10\n198.51.100.7,botnet,90\n2001:db8::/32,tor,5\nnonsense,x,1\n',
      );
      const outputs = await test.outputs(enrich, { table: events, on: 'source', with: feed, match: 'address', prefix: 'ti_' });
      assert.deepEqual([outputs.matched, outputs.unmatched, outputs.known], [2, 1, 4]);
      assert.deepEqual(
        (await test.rows(outputs.table)).map(({ ti_threat, ti_score, matched }) => [ti_threat, ti_score, matched]),
        [
          ['botnet', 90, true],
          [null, null, false],
          ['tor', 5, true],
        ],
      );
      assert.ok(test.lines.some((line) => line.startsWith('1 of 4 keys')));
    });

    it('takes a list with a value per line', async () => {
      const list = test.file('bad.txt', '# our own\n203.0.113.9\n\n198.51.100.250 # old\n');
      const outputs = await test.outputs(enrich, { table: events, on: 'source', with: list, keep: 'matched', flag: 'listed' });
      assert.deepEqual(await test.rows(outputs.table), [{ ...events[1], listed: true }]);
    });

    it('takes the first of several rows with one key, and tells columns apart', async () => {
      const outputs = await test.outputs(enrich, {
        table: [{ user: 'Ann', id: 1 }],
        on: 'user',
        with: [
          { user: 'ann', id: 7 },
          { user: 'ANN', id: 8 },
        ],
        match: 'ignore-case',
      });
      assert.deepEqual(await test.rows(outputs.table), [{ user: 'Ann', id: 1, id_2: 7, matched: true }]);
    });

    it('refuses what cannot be', async () => {
      assert.equal((await test.failure(enrich, { table: events, on: 'none', with: [] })).error.code, 'data-column');
      assert.equal((await test.failure(enrich, { table: events, on: 'source' })).error.code, 'action-input');
      const page = test.file('feed.csv', '<html><body>503</body></html>');
      assert.match((await test.failure(enrich, { table: events, on: 'source', with: page })).error.message, /feed\.csv .*web page/);
    });
  });

  describe('data/rules_check', () => {
    const rules: Json = [
      { name: 'port', holds: 'row.port <= 65535' },
      { name: 'no ssh', holds: 'row.port != 22', where: "row.action == 'deny'", severity: 'warning' },
    ];

    it('fails with the rule and the row, and says the same in its outputs', async () => {
      const { error, outputs } = await test.failure(rulesCheck, { table: events, rules });
      assert.match(error.message, /1 of 3 rows do not pass: the rule port is broken 1 times, first in row 3/);
      assert.deepEqual(outputs?.rules, [
        { name: 'port', severity: 'error', broken: 1, rows: [3] },
        { name: 'no ssh', severity: 'warning', broken: 1, rows: [1] },
      ]);
    });

    it('parts the rows', async () => {
      const outputs = await test.outputs(rulesCheck, { table: events, rules, 'on-failure': 'drop' });
      assert.deepEqual(
        (await test.rows(outputs.table)).map(({ id }) => id),
        [1, 2],
      );
      assert.deepEqual(
        (await test.rows(outputs.rejected)).map(({ id }) => id),
        [3],
      );
    });
  });

  describe('data/schema_validate', () => {
    const schema = { type: 'object', required: ['name'], properties: { port: { type: 'integer', maximum: 10 } } };

    it('counts errors by column and rule', async () => {
      const table = test.file('s.csv', 'name,port\nweb,1\n,2\ndb,11\ndc,12\n');
      const outputs = await test.outputs(schemaValidate, { table, schema, 'on-failure': 'report' });
      assert.deepEqual([outputs.valid, outputs.invalid, outputs.passed], [1, 3, false]);
      assert.deepEqual(outputs.errors, [
        { error: 'port must be <= 10', count: 2, rows: [3, 4] },
        { error: "must have required property 'name'", count: 1, rows: [2] },
      ]);
      assert.equal((await test.failure(schemaValidate, { table, schema })).error.code, 'data-invalid');
    });

    it('reads the schema from a file, and says what is wrong with one', async () => {
      const path = test.file('s.json', JSON.stringify(schema));
      assert.equal((await test.outputs(schemaValidate, { table: [{ name: 'a' }], schema: path })).passed, true);
      const wrong = await test.failure(schemaValidate, { table: [{}], schema: { type: 'nothing' } });
      assert.match(wrong.error.message, /the schema is not valid/);
      const elsewhere = await test.failure(schemaValidate, { table: [{}], schema: { $ref: 'https://example.net/s.json' } });
      assert.match(elsewhere.error.message, /the schema is not valid/);
    });
  });

  describe('data/quality', () => {
    it('measures all four, and says what is wrong where', async () => {
      const table = test.file('q.csv', 'id,source,from,to\n1,198.51.100.1,1,2\n2,nonsense,5,2\n3,,1,3\n1,198.51.100.1,1,2\n');
      const outputs = await test.outputs(quality, {
        table,
        required: ['id', 'source'],
        columns: { source: { type: 'address' }, id: { unique: true, min: 2 } },
        consistency: [{ name: 'order', holds: 'row.to >= row.from' }],
      });
      assert.deepEqual([outputs.completeness, outputs.validity, outputs.consistency, outputs.uniqueness], [0.875, 0.8, 0.75, 0.75]);
      assert.equal(outputs.score, 79.38);
      assert.deepEqual(outputs.invalid, [
        { what: 'id is less than 2', count: 2, rows: [1, 4] },
        { what: 'source is not of type address', count: 1, rows: [2] },
      ]);
      assert.deepEqual(outputs['duplicate-rows'], [4]);
      assert.equal(Object(outputs.columns)[0].repeated, 1);
      const { error } = await test.failure(quality, { table, minimum: 95, duplicates: ['id'] });
      assert.match(error.message, /of 100, and 95 is wanted/);
    });

    it('finds nothing wrong with nothing', async () => {
      assert.equal((await test.outputs(quality, { table: [] })).score, 100);
    });
  });
});
