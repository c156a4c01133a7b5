import assert from 'node:assert/strict';
import { Editor, type Position } from './client.ts';

interface Selection {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly parent?: Selection;
}

const text = `# one
# two
runbook: v1
name: Example
steps:
  - id: look
    run: |
      echo
  - run: echo
`;

describe('structure over the wire', () => {
  let editor: Editor;
  afterEach(async () => {
    assert.equal(await editor.stop(), 0);
    assert.deepEqual(editor.log, [], 'errors in the log');
  });
  const foldsOf = async () =>
    (await editor.request<{ startLine: number; endLine: number; kind?: string }[]>('textDocument/foldingRange')).map(
      ({ startLine, endLine, kind }) => [startLine, endLine, kind],
    );

  it('folds', async () => {
    editor = await new Editor('stdio').initialize();
    await editor.open(text);
    assert.deepEqual(await foldsOf(), [
      [0, 1, 'comment'],
      [4, 8, undefined],
      [5, 7, undefined],
      [6, 7, undefined],
    ]);
    await editor.replace('[}', 2);
    assert.deepEqual(await foldsOf(), []);
    assert.deepEqual(await editor.request('textDocument/foldingRange', {}, 'file:///no'), []);
  });

  it('folds no more than the client takes', async () => {
    editor = await new Editor('stdio').initialize({ textDocument: { foldingRange: { rangeLimit: 2 } } });
    await editor.open(text);
    assert.deepEqual(await foldsOf(), [
      [4, 8, undefined],
      [5, 7, undefined],
    ]);
  });

  it('grows selections, one answer for each position, each range in the next', async () => {
    editor = await new Editor('stdio').initialize();
    await editor.open(text);
    const positions = [
      { line: 5, character: 10 },
      { line: 99, character: 0 },
    ];
    const [inId, beyond, ...others] = await editor.request<Selection[]>('textDocument/selectionRange', { positions });
    assert.deepEqual(others, []);
    const chain: unknown[] = [];
    for (let one = inId; one; one = one.parent) {
      const { start, end } = one.range;
      chain.push([start.line, start.character, end.line, end.character]);
    }
    assert.deepEqual(chain, [
      [5, 8, 5, 12],
      [5, 4, 5, 12],
      [5, 4, 7, 10],
      [5, 2, 8, 13],
      [4, 0, 8, 13],
      [2, 0, 8, 13],
      [0, 0, 9, 0],
    ]);
    assert.deepEqual(beyond?.range, { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } });
  });

  it('finds symbols in all open documents, and in none that was closed', async () => {
    editor = await new Editor('stdio').initialize();
    const other = 'file:///b.runbook.yaml';
    await editor.open(text);
    await editor.open('runbook: v1\nname: Other\nsteps:\n  - { id: look-again, run: echo }\n', other);
    await editor.open('[}', 'file:///broken.runbook.yaml');
    const found = async (query: string) =>
      (
        await editor.connection.sendRequest<
          { name: string; containerName?: string; location: { uri: string; range: Selection['range'] } }[]
        >('workspace/symbol', { query })
      ).map(({ name, containerName, location }) => [name, containerName, location.uri, location.range.start.line]);
    const look = ['look', 'Example', 'file:///a.runbook.yaml', 5];
    assert.deepEqual(await found('look'), [look, ['look-again', 'Other', other, 3]]);
    assert.deepEqual(await found('Other'), [['Other', undefined, other, 0]]);
    await editor.close(other);
    assert.deepEqual(await found('look'), [look]);
  });
});
