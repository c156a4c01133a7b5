import assert from 'node:assert/strict';
import { atCursor } from '../../runbook/support/marked.ts';
import { Lines } from '../../runbook/syntax/lines.ts';
import { Editor } from './client.ts';

const uri = 'file:///w/.runwright/actions/a.action.yaml';
const head = 'name: a/b\ndescription: Does it.\n';

describe('action files and shared targets over the wire', () => {
  let editor: Editor;
  beforeEach(async () => {
    editor = await new Editor('stdio').initialize();
  });
  afterEach(async () => {
    assert.equal(await editor.stop(), 0);
    assert.deepEqual(editor.log, [], 'errors in the log');
  });

  const labels = async (source: string): Promise<readonly string[]> => {
    const { text, offset } = atCursor(source);
    await editor.open(text, uri);
    const { line, column } = new Lines(text).position(offset);
    const found = await editor.request<{ items: { label: string }[] } | { label: string }[]>(
      'textDocument/completion',
      { position: { line, character: column } },
      uri,
    );
    return (Array.isArray(found) ? found : found.items).map(({ label }) => label);
  };

  it('are checked as what they are', async () => {
    await editor.open(`${head}rsik: low\nscript: echo\n`, uri);
    assert.deepEqual(
      (await editor.diagnostics(uri)).map(({ code }) => code),
      ['unknown-key'],
    );
    const targets = 'file:///w/.runwright/targets.yaml';
    await editor.open('edge: { type: ssh, host: a }\n', targets);
    assert.deepEqual(await editor.diagnostics(targets), []);
  });

  it('complete the keys of an action at the top, and those of a step in its steps', async () => {
    const top = await labels(`${head}‸\nscript: echo\n`);
    assert(top.includes('outputs') && top.includes('category'), top.join(' '));
    assert(!top.includes('triggers'));
    const inside = await labels(`${head}steps:\n  - run: echo\n    ‸\n`);
    assert(inside.includes('timeout'), inside.join(' '));
  });
});
