import assert from 'node:assert/strict';
import { atCursor, withEdits } from '../../runbook/support/marked.ts';
import { Lines, type Range } from '../../runbook/syntax/lines.ts';
import { Editor, type Position } from './client.ts';

interface WireRange {
  readonly start: Position;
  readonly end: Position;
}

const uri = 'file:///a.runbook.yaml';
const source = `runbook: v1
name: Example
steps:
  - id: the-step # the-step
    run: echo
  - run: echo 🙂
    if: steps['the-st‸ep'].outcome == 'success'
    env: { A: "🙂 \${{ steps.the-step.outputs.stdout }}" }
`;
const { text, offset } = atCursor(source);
const lines = new Lines(text);
const wire = (at: number): Position => {
  const { line, column } = lines.position(at);
  return { line, character: column };
};
const range = ({ start, end }: WireRange): Range => ({
  start: lines.offset({ line: start.line, column: start.character }),
  end: lines.offset({ line: end.line, column: end.character }),
});
const all = [...text.matchAll(/(?<=id: |\[')the-step|(?<=steps\.)the-step/g)].map(({ index }) => index);

describe('names over the wire', () => {
  let editor: Editor;
  beforeEach(async () => {
    editor = await new Editor('stdio').initialize({ textDocument: { definition: { linkSupport: true } } });
    await editor.open(text);
  });
  afterEach(async () => {
    assert.equal(await editor.stop(), 0);
    assert.deepEqual(editor.log, [], 'errors in the log');
  });
  const position = wire(offset);

  it('lead to where they are declared, with the whole step', async () => {
    const [link, ...others] = await editor.request<
      { targetUri: string; originSelectionRange: WireRange; targetRange: WireRange; targetSelectionRange: WireRange }[]
    >('textDocument/definition', { position });
    assert.ok(link);
    assert.deepEqual(others, []);
    assert.equal(link.targetUri, uri);
    assert.equal(range(link.originSelectionRange).start, all[1]);
    assert.equal(range(link.targetSelectionRange).start, all[0]);
    const whole = range(link.targetRange);
    assert.equal(text.slice(whole.start, whole.end), 'id: the-step # the-step\n    run: echo');
  });

  it('lead to a plain place for a client that knows no links', async () => {
    const plain = await new Editor('stdio').initialize();
    await plain.open(text);
    const found = await plain.request<{ uri: string; range: WireRange }[]>('textDocument/definition', { position });
    assert.deepEqual(
      found.map((one) => [one.uri, range(one.range).start]),
      [[uri, all[0]]],
    );
    assert.equal(await plain.stop(), 0);
  });

  it('are found wherever they are used, with and without the declaration', async () => {
    for (const includeDeclaration of [true, false]) {
      const found = await editor.request<{ uri: string; range: WireRange }[]>('textDocument/references', {
        position,
        context: { includeDeclaration },
      });
      assert.deepEqual(
        found.map((one) => range(one.range).start),
        includeDeclaration ? all : all.slice(1),
      );
    }
  });

  it('are marked where they are written and read', async () => {
    const found = await editor.request<{ range: WireRange; kind: number }[]>('textDocument/documentHighlight', { position });
    assert.deepEqual(
      found.map((one) => [range(one.range).start, one.kind]),
      all.map((start, index) => [start, index === 0 ? 3 : 2]),
    );
  });

  it('are renamed everywhere, and nothing else changes', async () => {
    const prepared = await editor.request<{ range: WireRange; placeholder: string }>('textDocument/prepareRename', { position });
    assert.equal(prepared.placeholder, 'the-step');
    assert.equal(range(prepared.range).start, all[1]);
    const { changes } = await editor.request<{ changes: Record<string, { range: WireRange; newText: string }[]> }>('textDocument/rename', {
      position,
      newName: 'look',
    });
    assert.deepEqual(Object.keys(changes), [uri]);
    const edits = (changes[uri] ?? []).map((edit) => ({ range: range(edit.range), text: edit.newText }));
    assert.equal(
      withEdits(text, edits),
      text.replace('id: the-step', 'id: look').replace("['the-step']", "['look']").replace('steps.the-step', 'steps.look'),
    );
  });

  it('that cannot be renamed say why', async () => {
    await assert.rejects(editor.request('textDocument/rename', { position, newName: '1 2' }), /cannot be the name of a step/);
    const context = wire(text.indexOf('steps['));
    await assert.rejects(editor.request('textDocument/prepareRename', { position: context }), /a word of the language/);
  });

  it('are answered emptily where there is nothing, and in a file that is no runbook', async () => {
    const empty: readonly (readonly [method: string, params: object, answer: unknown])[] = [
      ['textDocument/definition', {}, []],
      ['textDocument/references', { context: { includeDeclaration: true } }, []],
      ['textDocument/documentHighlight', {}, []],
      ['textDocument/prepareRename', {}, null],
    ];
    const check = async (at: Position, file?: string) => {
      for (const [method, params, answer] of empty)
        assert.deepEqual(await editor.request(method, { position: at, ...params }, file), answer, method);
    };
    for (const at of [
      { line: 0, character: 2 },
      { line: 9999, character: 0 },
      { line: 0, character: 9999 },
    ])
      await check(at);
    await check(position, 'file:///unknown.runbook.yaml');
    for (const [index, bad] of ['', '[}', '\u0000', '- &a [*a]\n', '['.repeat(10_000)].entries()) {
      await editor.replace(bad, index + 2);
      await check(position);
    }
  });
});
