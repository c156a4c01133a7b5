import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type DataTest, dataTest } from '../testing/run.ts';
import { csvImport } from './csv-import.ts';

describe('data/csv_import', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  const imported = async (
    content: string | Uint8Array,
    input: Readonly<Record<string, Json>> = {},
  ): Promise<JsonObject & { readonly all: JsonObject[] }> => {
    const outputs = await test.outputs(csvImport, { path: test.file('in.csv', content), ...input });
    return { ...outputs, all: await test.rows(outputs.table) };
  };
  const refused = async (content: string | Uint8Array, input: Readonly<Record<string, Json>> = {}) =>
    (await test.failure(csvImport, { path: test.file('in.csv', content), ...input })).error;

  it('finds delimiter, header and types out', async () => {
    const { all, table, format } = await imported(
      'name;port;up;since;code\nweb;80;true;2026-01-02T03:04:05Z;007\ndb;5432;FALSE;2026-01-03;010\n',
    );
    assert.deepEqual(all[0], { name: 'web', port: 80, up: true, since: '2026-01-02T03:04:05Z', code: '007' });
    assert.deepEqual(
      Object(table).columns.map(({ type }: { type: string }) => type),
      ['text', 'number', 'boolean', 'time', 'text'],
    );
    assert.deepEqual(format, { encoding: 'utf-8', delimiter: ';', quote: '"', header: true });
  });

  it('takes a number that JSON cannot hold for text', async () => {
    const { all } = await imported('id,tel\n12345678901234567890,+4930123\n1,+4930124\n');
    assert.deepEqual(all[0], { id: '12345678901234567890', tel: '+4930123' });
  });

  it('sees that there is no header', async () => {
    const { all } = await imported('198.51.100.1,22\n198.51.100.2,80\n');
    assert.deepEqual(all[0], { column_1: '198.51.100.1', column_2: 22 });
    assert.deepEqual((await imported('a,b\nc,d\n', { header: false, columns: ['x', 'y'] })).all, [
      { x: 'a', y: 'b' },
      { x: 'c', y: 'd' },
    ]);
  });

  for (const [encoding, text] of [
    ['utf-16le', 'naïve'],
    ['utf-16be', 'naïve'],
    ['windows-1252', 'größer – “so”'],
    ['shift_jis', '日本語のテキストです。これは長い文章です。'],
    ['utf-8', 'größer 日本語'],
  ] as const) {
    it(`finds ${encoding} out`, async () => {
      const { all } = await imported(iconv.encode(`name,note\n${`web,${text}\n`.repeat(20)}`, encoding));
      assert.equal(all[0]?.note, text);
      const marked = await imported(iconv.encode('name,note\nweb,x\n', encoding, { addBOM: true }));
      assert.equal(Object.keys(marked.all[0] ?? {})[0], 'name');
    });
  }

  it('finds letters beyond ASCII that come late', async () => {
    const { all } = await imported(Buffer.concat([Buffer.from(`a,b\n${'x,y\n'.repeat(40_000)}`), Buffer.from([0xe4, 0x2c, 0xdf, 10])]));
    assert.deepEqual(all.at(-1), { a: 'ä', b: 'ß' });
  });

  it('names the line of what is broken', async () => {
    assert.match((await refused('a,b\n1,2\n1,2,3\n')).message, /in\.csv, line 3: it has 3 cells, and the table has 2 columns\./);
    assert.match((await refused('a,b\n1,"2\n')).message, /line 2: a quote is opened and not closed/);
    assert.match((await refused('a,b\n1,2\0\n')).message, /line 2: it holds a NUL/);
    assert.match((await refused('a,"b\n1,2\n')).message, /line 1: the header cannot be read/);
  });

  it('skips or keeps what is broken, and counts it', async () => {
    const text = 'a,b\n1,2\n3\n4,5,6\n7,"8\n9,10\n';
    const skipped = await imported(text, { broken: 'skip' });
    assert.deepEqual(skipped.all, [
      { a: 1, b: 2 },
      { a: 9, b: 10 },
    ]);
    assert.equal(skipped.broken, 3);
    assert.deepEqual(
      Object(skipped['broken-rows']).map(({ line }: { line: number }) => line),
      [3, 4, 5],
    );
    const kept = await imported(text, { broken: 'keep' });
    assert.deepEqual(
      kept.all.map(({ a, b }) => [a, b]),
      [
        [1, '2'],
        [3, null],
        [4, '5,6'],
        [7, '"8'],
        [9, '10'],
      ],
    );
  });

  it('keeps rows apart that are of another encoding than the file', async () => {
    const mixed = Buffer.concat([Buffer.from('a,b\nä,x\n'), Buffer.from([0xe4, 0x2c, 0x79, 10]), Buffer.from('c,z\n')]);
    const { all, broken } = await imported(mixed, { broken: 'skip', encoding: 'utf-8' });
    assert.deepEqual(
      all.map(({ b }) => b),
      ['x', 'z'],
    );
    assert.equal(broken, 1);
  });

  it('takes a file of one row, of none, and of a header alone', async () => {
    assert.deepEqual((await imported('a,b\n1,2')).all, [{ a: 1, b: 2 }]);
    const header = await imported('a,b\n');
    assert.equal(header.rows, 0);
    assert.equal(Object(header.table).columns.length, 2);
    const nothing = await imported('');
    assert.equal(nothing.rows, 0);
    assert.deepEqual(Object(nothing.table).columns, []);
  });

  it('tells columns of one name apart, and takes any name', async () => {
    const { all, renamed } = await imported('a,a,,__proto__\n1,2,3,4\n');
    assert.deepEqual(Object.entries(all[0] ?? {}), [
      ['a', 1],
      ['a_2', 2],
      ['column_3', 3],
      ['__proto__', 4],
    ]);
    assert.deepEqual(renamed, ['a_2', 'column_3']);
  });

  it('refuses a table that is too wide, a web page, a workbook', async () => {
    assert.equal((await refused(`${'x,'.repeat(100_000)}x\n`)).code, 'data-limit');
    assert.match((await refused(`a\n${'x'.repeat(5 * 1024 * 1024)}\n`)).message, /^Line 2 of in\.csv is more than 4 MiB/);
    assert.match((await refused('<!DOCTYPE html><html><body>Sign in</body></html>')).message, /it is a web page/);
    const zip = await refused(Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    assert.match(zip.remedy, /excel_import/);
    const picture = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 37) % 256));
    assert.match((await refused(picture)).message, /bytes that are no text/);
  });

  it('says what is wrong with a path or an encoding', async () => {
    assert.equal((await test.failure(csvImport, { path: 'none.csv' })).error.code, 'file-missing');
    assert.match((await test.failure(csvImport, { path: '.' })).error.message, /it is a folder/);
    assert.match((await refused('a\n', { encoding: 'klingon' })).message, /klingon is not known/);
  });

  it('leaves no table behind where it fails or is stopped', async () => {
    await refused('a,b\n1\n');
    const big = test.file('big.csv', `a,b\n${'1,2\n'.repeat(200_000)}`);
    const running = csvImport({ path: big }, test.context);
    setImmediate(() => test.abort());
    assert.equal((await running).kind, 'cancelled');
    assert.deepEqual(readdirSync(join(test.context.shared, 'tables')), []);
  });
});
