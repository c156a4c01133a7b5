import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';
import { SaxesParser } from 'saxes';
import type { Json } from '../../../runbook/core/json.ts';
import { type DataTest, dataTest } from '../testing/run.ts';
import { reportExport } from './report-export.ts';

const evil =
  '<script>alert(1)</script> "\'&\u0000 [x](javascript:alert(1)) ![i](https://example.net/i.png) | `code` **bold** https://example.net';

describe('data/report_export', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  const everything = (text: string): Record<string, Json> => ({
    title: text,
    summary: text,
    path: ['out/r.html', 'out/r.md'],
    sections: [
      { heading: text, text: [text, 'second'], facts: { [text]: text }, list: [text, { [text]: 7 }] },
      {
        heading: 'Rows',
        table: [
          { [text]: text, count: 3 },
          { [text]: '=x', count: -1 },
        ],
        limit: 1,
      },
      {
        chart: {
          table: [
            { name: text, count: 3 },
            { name: text, count: -1.5 },
            { name: 'none', count: null },
          ],
          x: 'name',
          y: 'count',
        },
      },
      {
        chart: {
          kind: 'line',
          table: [
            { name: 'a', count: 0 },
            { name: text, count: 5 },
          ],
          x: 'name',
          y: 'count',
        },
      },
      {},
    ],
  });
  const written = async (text: string) => {
    await test.outputs(reportExport, everything(text));
    const read = (name: string) => readFileSync(join(test.context.folder, 'out', name), 'utf8');
    return { html: read('r.html'), md: read('r.md') };
  };

  it('writes a page whose every element is its own, whatever the data says', async () => {
    const names = (page: string) => {
      const found: string[] = [];
      // Well-formed as XML but for the doctype and void elements.
      const parser = new SaxesParser({});
      parser.on('error', (error) => {
        throw error;
      });
      parser.on('opentag', (tag) => found.push(`${tag.name} ${Object.keys(tag.attributes).join(' ')}`));
      parser.write(page.replace(/<meta ([^>]*)>/g, '<meta $1/>').replace('<!doctype html>', '')).close();
      return found;
    };
    const harmless = names((await written('text')).html);
    const { html } = await written(evil);
    assert.deepEqual(names(html), harmless);
    assert.ok(harmless.some((name) => name.startsWith('path ')) && harmless.some((name) => name.startsWith('rect ')));
    assert.match(html, /default-src 'none'/);
    assert.match(html, /The first 1 of 2 rows/);
  });

  it('writes Markdown in which nothing of the data has a meaning', async () => {
    const tags = (page: string) => page.match(/<\/?[a-z][a-z0-9]*/gi) ?? [];
    const harmless = tags(await marked.parse((await written('text')).md));
    const page = await marked.parse((await written(evil)).md);
    assert.deepEqual(tags(page), harmless);
    assert.equal((await written('a\n# b')).md.match(/^# /gm)?.length, 1);
  });

  it('refuses a path of another kind, and a column that is not there, before it writes', async () => {
    const other = await test.failure(reportExport, { title: 'x', path: 'r.pdf', sections: [] });
    assert.match(other.error.message, /r\.pdf ends neither/);
    const column = await test.failure(reportExport, {
      title: 'x',
      path: 'r.md',
      sections: [{ chart: { table: [{ a: 1 }], x: 'a', y: 'b' } }],
    });
    assert.equal(column.error.code, 'data-column');
    assert.equal(existsSync(join(test.context.folder, 'r.md')), false);
  });

  it('takes a report of nothing', async () => {
    const outputs = await test.outputs(reportExport, {
      title: 'x',
      path: 'r.html',
      sections: [{ table: [], chart: { table: [{ a: null, b: null }], x: 'a', y: 'b' } }],
    });
    assert.ok(Number(outputs.bytes) > 500);
  });
});
