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

  it('are coloured by meaning, as a whole and in part', async () => {
    const text = `${head}steps:\n  - { id: look, run: echo 🙂 }\n  - run: "🙂"\n    if: steps.look.outcome == 'x'\n`;
    await editor.open(text);
    const { legend } = editor.capabilities.semanticTokensProvider as { legend: { tokenTypes: string[]; tokenModifiers: string[] } };
    const rows = text.split('\n');
    const show = ({ data }: { data: number[] }) => {
      const found: string[] = [];
      for (let index = 0, line = 0, start = 0; index < data.length; index += 5) {
        const [lines = 0, columns = 0, length = 0, type = 0, bits = 0] = data.slice(index, index + 5);
        start = lines > 0 ? columns : start + columns;
        line += lines;
        const modifiers = legend.tokenModifiers.filter((_, bit) => bits & (1 << bit));
        found.push([rows[line]?.slice(start, start + length), legend.tokenTypes[type], ...modifiers].join(' '));
      }
      return found;
    };
    const inIf = ['steps variable defaultLibrary', 'look function', 'outcome property', '== operator', "'x' string"];
    assert.deepEqual(show(await editor.request('textDocument/semanticTokens/full')), ['look function declaration', ...inIf]);
    const range = { start: { line: 5, character: 0 }, end: { line: 99, character: 0 } };
    assert.deepEqual(show(await editor.request('textDocument/semanticTokens/range', { range })), inIf);
    await editor.replace('[}', 2);
    assert.deepEqual(await editor.request('textDocument/semanticTokens/full'), { data: [] });
    assert.deepEqual(await editor.request('textDocument/semanticTokens/full', {}, 'file:///no'), { data: [] });
  });
});
