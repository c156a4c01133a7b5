import assert from 'node:assert/strict';
import { atCursor } from '../../runbook/support/marked.ts';
import { Lines } from '../../runbook/syntax/lines.ts';
import { Editor } from './client.ts';

const head = 'runbook: v1\nname: Example\n';

function wire(text: string, offset: number) {
  const { line, column } = new Lines(text).position(offset);
  return { line, character: column };
}

describe('expressions over the wire', () => {
  let editor: Editor;
  beforeEach(async () => {
    editor = await new Editor('stdio').initialize();
  });
  afterEach(async () => {
    assert.equal(await editor.stop(), 0);
    assert.deepEqual(editor.log, [], 'errors in the log');
  });

  it('show the signature of a function while it is typed, and nothing elsewhere', async () => {
    const { text, offset } = atCursor(`${head}steps:\n  - run: echo\n    if: contains(env.A, ‸\n`);
    await editor.open(text);
    const help = await editor.request<{
      signatures: { label: string; documentation: { value: string }; parameters: { label: [number, number] }[] }[];
      activeParameter: number;
    }>('textDocument/signatureHelp', { position: wire(text, offset) });
    const [signature] = help.signatures;
    assert.equal(signature?.label, 'contains(search, item)');
    assert.match(signature?.documentation.value ?? '', /Ignores case/);
    assert.equal(signature?.label.slice(...(signature.parameters[help.activeParameter]?.label ?? [0, 0])), 'item');
    assert.equal(await editor.request('textDocument/signatureHelp', { position: wire(text, 3) }), null);
    assert.equal(await editor.request('textDocument/signatureHelp', { position: { line: 99, character: 99 } }), null);
    assert.equal(await editor.request('textDocument/signatureHelp', { position: { line: 0, character: 0 } }, 'file:///no'), null);
  });
});
