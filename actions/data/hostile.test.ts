import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ActionCode } from '../../engine/connectors/action.ts';
import { csvImport } from './csv_import/csv-import.ts';
import { excelImport } from './excel_import/excel-import.ts';
import { jsonImport } from './json_import/json-import.ts';
import { type DataTest, dataTest } from './testing/run.ts';
import { workbookParts, zip } from './testing/workbook.ts';

const sheet = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>';
const workbook = zip(workbookParts({ One: sheet }, ['<t>name</t>']));

describe('bytes that nobody would call data', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  /** An action rejects only for what was not foreseen. */
  const foreseen = async (code: ActionCode, content: Uint8Array, input = {}) => {
    const outcome = await code({ path: test.file('in.bin', content), ...input }, test.context);
    assert.ok(outcome.kind === 'succeeded' || (outcome.kind === 'failed' && outcome.error.remedy !== ''));
    if (outcome.kind === 'succeeded') await test.rows(outcome.outputs.table);
  };
  const noise = fc.uint8Array({ maxLength: 300 });
  const nearly = fc
    .array(fc.constantFrom('a', '1', ',', ';', '"', "'", '\n', '\r', '\t', '\0', '\ufeff', '{', '}', '[', ']', ':', '\\', 'é', '\ud83d'), {
      maxLength: 60,
    })
    .map((list) => Buffer.from(list.join('')));
  const changed = fc.array(fc.tuple(fc.nat(workbook.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }).map((changes) => {
    const bytes = Buffer.from(workbook);
    for (const [at, byte] of changes) bytes[at] = byte;
    return bytes;
  });

  it('are read as CSV or refused with a sentence', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(noise, nearly), fc.constantFrom('error', 'skip', 'keep'), (bytes, broken) =>
        foreseen(csvImport, bytes, { broken }),
      ),
      { numRuns: 150 },
    ));

  it('are read as JSON or refused with a sentence', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(noise, nearly), fc.constantFrom('auto', 'document', 'lines'), (bytes, format) =>
        foreseen(jsonImport, bytes, { format }),
      ),
      { numRuns: 150 },
    ));

  it('are read as a workbook or refused with a sentence', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(noise, changed), (bytes) => foreseen(excelImport, bytes)),
      { numRuns: 150 },
    ));
});
