import assert from 'node:assert/strict';
import type { Json } from '../../../runbook/core/json.ts';
import { type DataTest, dataTest } from '../testing/run.ts';
import { workbookParts, zip } from '../testing/workbook.ts';
import { excelImport } from './excel-import.ts';

const shared = ['<t>name</t>', '<t>since</t>', '<r><t>big </t></r><r><t xml:space="preserve">&amp; red</t></r><rPh><t>x</t></rPh>'];
const hosts = `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="D2" t="inlineStr"><is><t>port</t></is></c></row>
<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" s="1"><v>45000</v></c><c r="D3"><v>443</v></c></row>
<row r="4"/><row r="5"><c r="A5" t="str"><f>A3&amp;"x"</f><v>web</v></c><c r="B5" s="2"><v>45000.5</v></c><c r="D5" t="e"><v>#DIV/0!</v></c></row>
<row r="6"><c t="b"><v>1</v></c><c s="3"><v>1.5</v></c></row>`;

describe('data/excel_import', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  const good = () => workbookParts({ Title: '', Hosts: hosts }, shared);
  const refused = async (content: Uint8Array | string, input: Readonly<Record<string, Json>> = {}) =>
    (await test.failure(excelImport, { path: test.file('in.xlsx', content), ...input })).error;

  it('reads a sheet by name or number: texts, numbers, times, gaps, formulas', async () => {
    for (const sheet of ['Hosts', 2]) {
      const outputs = await test.outputs(excelImport, { path: test.file('in.xlsx', zip(good())), sheet });
      assert.deepEqual(outputs.sheets, ['Title', 'Hosts']);
      assert.deepEqual(await test.rows(outputs.table), [
        { name: 'big & red', since: '2023-03-15', column_3: null, port: 443 },
        { name: 'web', since: '2023-03-15T12:00:00', column_3: null, port: null },
        { name: true, since: 1.5, column_3: null, port: null },
      ]);
    }
    const without = await test.outputs(excelImport, { path: 'in.xlsx', sheet: 'Hosts', header: false, 'from-row': 5 });
    assert.deepEqual(Object.keys((await test.rows(without.table))[0] ?? {}), ['column_1', 'column_2', 'column_3', 'column_4']);
  });

  it('reads a workbook that has neither shared texts nor styles', async () => {
    const {
      'xl/sharedStrings.xml': _texts,
      'xl/styles.xml': _styles,
      ...few
    } = workbookParts({
      A: '<row><c t="inlineStr"><is><t>ip</t></is></c><c t="inlineStr"><is><t>n</t></is></c></row><row><c t="inlineStr"><is><t>203.0.113.7</t></is></c><c><v>3</v></c></row>',
    });
    const outputs = await test.outputs(excelImport, { path: test.file('in.xlsx', zip(few)) });
    assert.deepEqual(await test.rows(outputs.table), [{ ip: '203.0.113.7', n: 3 }]);
  });

  it('takes an empty sheet', async () => {
    const outputs = await test.outputs(excelImport, { path: test.file('in.xlsx', zip(good())), sheet: 'Title' });
    assert.deepEqual([outputs.rows, Object(outputs.table).columns], [0, []]);
  });

  it('names the sheets there are', async () => {
    const error = await refused(zip(good()), { sheet: 'None' });
    assert.match(error.message, /it has no sheet None/);
    assert.match(error.remedy, /Title, Hosts/);
  });

  it('refuses an archive that unpacks without end, whatever it says of its size', async () => {
    const bomb = { ...good(), 'xl/worksheets/sheet2.xml': `<worksheet><sheetData>${' '.repeat(40 * 1024 * 1024)}</sheetData></worksheet>` };
    const error = await refused(zip(bomb), { sheet: 'Hosts' });
    assert.equal(error.code, 'data-limit');
    assert.match(error.message, /200 times its packed size/);
    const lies = await refused(zip(bomb, { 'xl/worksheets/sheet2.xml': 100 }), { sheet: 'Hosts' });
    assert.match(lies.message, /in\.xlsx cannot be read as an Excel workbook/);
  });

  it('refuses entities of a document of its own', async () => {
    const parts = {
      ...good(),
      'xl/sharedStrings.xml': '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>',
    };
    assert.equal((await refused(zip(parts))).code, 'data-format');
    const outside = {
      ...good(),
      'xl/sharedStrings.xml': '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>',
    };
    assert.equal((await refused(zip(outside))).code, 'data-format');
  });

  it('says what a file is that is no workbook', async () => {
    assert.match((await refused('<html><body>Sign in</body></html>')).message, /it is a web page/);
    assert.match((await refused(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]))).message, /old Excel/);
    assert.match((await refused(zip({ 'word/document.xml': '<x/>' }))).message, /an archive of something else/);
    for (const content of [zip(good()).subarray(0, 700), 'name,port\n', 'x', ''])
      assert.equal((await refused(content)).code, 'data-format', String(content.length));
    const cut = { ...good(), 'xl/worksheets/sheet2.xml': '<worksheet><sheetData><row r="1"><c' };
    assert.equal((await refused(zip(cut), { sheet: 'Hosts' })).code, 'data-format');
  });
});
