import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvParser } from './parser.ts';

type Line = { readonly line: number; readonly cells: readonly string[]; readonly why?: string };

function read(pieces: readonly string[], form: { delimiter?: string; quote?: string; end?: '\n' | '\r' } = {}): Line[] {
  const rows: Line[] = [];
  const parser = new CsvParser(
    { delimiter: ',', quote: '"', end: '\n', ...form },
    { row: (cells, line) => void rows.push({ line, cells }), broken: (cells, line, why) => void rows.push({ line, cells, why }) },
  );
  for (const piece of pieces) parser.push(piece);
  parser.finish();
  return rows;
}

const cell = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ',', '"', '\n', '\r\n', ' ', '7'), maxLength: 6 });
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('CSV parser', () => {
  it('reads what csv-parse reads, wherever the text is cut', () => {
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.infiniteStream(fc.nat(7)), (table, end, ends, cuts) => {
        const text = table.map((row) => row.map(quoted).join(',')).join(end) + (ends ? end : '');
        const pieces: string[] = [];
        for (let at = 0; at < text.length; ) {
          const length = Number(cuts.next().value) + 1;
          pieces.push(text.slice(at, at + length));
          at += length;
        }
        const known: string[][] = parse(text, { relax_column_count: true, record_delimiter: end });
        assert.deepEqual(
          read(pieces).map(({ cells }) => cells),
          known,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('loses no character of a text, however broken', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', 'b'), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.nat(60), (whole, cut) => {
        const pieces = [whole.slice(0, cut), whole.slice(cut)];
        const rows = read(pieces);
        assert.deepEqual(rows, read([whole]), 'the same wherever it is cut');
        const letters = (s: string) => s.replace(/[^ab]/g, '');
        assert.equal(letters(rows.map(({ cells }) => cells.join()).join()), letters(whole));
      }),
      { numRuns: 1000 },
    );
  });

  it('begins anew behind a line with a quote that is not closed', () => {
    assert.deepEqual(read(['a,"b\nc,d\ne,f\n']), [
      { line: 1, cells: ['a', '"b'], why: 'a quote is opened and not closed' },
      { line: 2, cells: ['c', 'd'] },
      { line: 3, cells: ['e', 'f'] },
    ]);
    assert.deepEqual(read(['a,"b"x\nc,d']), [
      { line: 1, cells: ['a', '"b"x'], why: 'a quote is closed in the middle of a cell' },
      { line: 2, cells: ['c', 'd'] },
    ]);
  });

  it('takes a quote inside a cell for a letter, and counts lines inside quotes', () => {
    assert.deepEqual(read(['5" disk,x\n"two\nlines",y\nlast,z']), [
      { line: 1, cells: ['5" disk', 'x'] },
      { line: 2, cells: ['two\nlines', 'y'] },
      { line: 4, cells: ['last', 'z'] },
    ]);
  });

  it('gives up a quote after a million characters and reads on', () => {
    const rows = read(['"open\n', ...Array.from({ length: 300 }, () => `${'x'.repeat(5000)},y\n`)]);
    assert.equal(rows.length, 301);
    assert.deepEqual(
      rows.filter(({ why }) => why).map(({ line }) => line),
      [1],
    );
  });

  it('reads lines that end in a carriage return alone, without quotes, with another delimiter', () => {
    assert.deepEqual(
      read(['a;b\r"c;d\r'], { delimiter: ';', quote: '', end: '\r' }).map(({ cells }) => cells),
      [
        ['a', 'b'],
        ['"c', 'd'],
      ],
    );
  });
});
