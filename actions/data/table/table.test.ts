import assert from 'node:assert/strict';
import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { type DataTest, dataTest } from '../testing/run.ts';
import { type Row, readCell } from './columns.ts';
import { referenceJson } from './reference.ts';
import { columnAt, openTable } from './table.ts';
import { writeTable } from './writer.ts';

describe('table', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  const columns = [{ name: 'a', type: 'text' as const }];
  const written = async (rows: readonly Row[]) =>
    referenceJson(
      await writeTable(test.context, async (writer) => {
        for (const row of rows) writer.add(row);
        return columns;
      }),
    );
  const unusable = (given: Json, why: RegExp) =>
    assert.rejects(
      () => test.rows(given),
      (error) => error instanceof ProblemError && error.problem.code === 'data-table' && why.test(error.message),
    );

  it('gives back what was written, whatever it holds', async () => {
    const cells: Json[] = ['', '\n', '\u2028', '"', 'é😀', '\ud800', '\0', 'x'.repeat(300_000), null, 1.5, true, [1], { b: 'c' }];
    const reference = await written(cells.map((cell) => [cell]));
    assert.deepEqual(
      (await test.rows(reference)).map(({ a }) => a),
      cells,
    );
  });

  it('is read as often as wanted, block by block', async () => {
    const table = await openTable(await written(Array.from({ length: 50_000 }, (_, at) => [`row ${at}`])), test.context);
    for (let times = 0; times < 2; times++) {
      let rows = 0;
      let longest = 0;
      for await (const block of table.blocks()) {
        rows += block.length;
        longest = Math.max(longest, block.length);
      }
      assert.equal(rows, 50_000);
      assert.ok(longest < 10_000, `a block of ${longest} rows`);
    }
  });

  it('never leads out of the folder of the run', async () => {
    const outside = join(test.root, 'outside.jsonl');
    writeFileSync(outside, '["secret"]\n');
    const reference = await written([['x']]);
    for (const table of ['../outside.jsonl', outside, 'tables/../../outside.jsonl', 'tables/..', 'tables/a/b.jsonl', 'tables/a\0.jsonl', 7])
      await unusable({ ...reference, table }, /not the name of a table of this run/);
    symlinkSync(outside, join(test.context.shared, 'tables', 'link.jsonl'));
    await unusable({ ...reference, table: 'tables/link.jsonl', rows: 1 }, /not there any more/);
    await unusable({ ...reference, table: 'tables/gone.jsonl' }, /not there any more/);
  });

  it('does not believe a reference or a file that does not fit', async () => {
    const reference = await written([['x'], ['y']]);
    await unusable({ ...reference, rows: 3 }, /it has 2 rows and was written with 3/);
    await unusable({ ...reference, rows: -1 }, /how many rows/);
    await unusable({ ...reference, columns: [{ name: 'a', type: 'date' }] }, /no name or type/);
    const path = join(test.context.shared, String(reference.table));
    appendFileSync(path, '["z"');
    await unusable(reference, /cut off/);
    writeFileSync(path, '["x"]\n{"y":1}\n');
    await unusable(reference, /changed after it was written/);
    writeFileSync(path, '["x"\n\n');
    await unusable(reference, /changed after it was written/);
  });

  it('is also a path or a list', async () => {
    assert.deepEqual(await test.rows([{ a: 1 }, { b: [2] }]), [
      { a: 1, b: null },
      { a: null, b: [2] },
    ]);
    assert.deepEqual(await test.rows(test.file('t.csv', 'a,b\n1,x\n')), [{ a: 1, b: 'x' }]);
    await unusable([{ a: 1 }, 7], /its item 2 is not an object/);
    await unusable(7, /neither/);
  });

  it('reads cells by the type of their column and leaves them as they are', () => {
    assert.deepEqual(
      ['1.50', '', 'x'].map((cell) => readCell(cell, 'number')),
      [1.5, null, 'x'],
    );
    assert.equal(readCell('', 'text'), '');
    assert.equal(readCell('TRUE', 'boolean'), true);
    assert.equal(readCell(undefined, 'text'), null);
  });

  it('names the columns there are when one is not', () => {
    assert.throws(() => columnAt({ columns }, 'b'), /There is no column b/);
  });
});
