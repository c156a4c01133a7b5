import assert from 'node:assert/strict';
import { atCursor, withEdits } from '../../runbook/support/marked.ts';
import { Lines } from '../../runbook/syntax/lines.ts';
import { Editor, type Position } from './client.ts';

interface TextEdit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly newText: string;
}

const apply = (text: string, edits: readonly TextEdit[]) => {
  const lines = new Lines(text);
  const offset = ({ line, character }: Position) => lines.offset({ line, column: character });
  return withEdits(
    text,
    edits.map(({ range, newText }) => ({ range: { start: offset(range.start), end: offset(range.end) }, text: newText })),
  );
};

const head = 'runbook: v1\nname: Example\n';

describe('editing over the wire', () => {
  let editor: Editor;
  let version = 1;
  before(async () => {
    editor = await new Editor('stdio').initialize({ textDocument: { completion: { completionItem: { snippetSupport: true } } } });
    await editor.open('');
  });
  after(async () => {
    assert.equal(await editor.stop(), 0);
    assert.deepEqual(editor.log, [], 'errors in the log');
  });
  /** Shows the text and gives where its cursor was. */
  const show = async (source: string) => {
    const { text, offset } = atCursor(head + source);
    await editor.replace(text, ++version);
    const { line, column } = new Lines(text).position(offset);
    return { text, position: { line, character: column } };
  };

  it('completes with snippets, deep inside containers', async () => {
    const { position } = await show(
      'steps:\n  - switch:\n      - else: true\n        steps:\n          - parallel:\n              - uses: ‸\n',
    );
    const items = await editor.request<{ label: string; insertTextFormat: number; textEdit: { newText: string } }[]>(
      'textDocument/completion',
      { position },
    );
    const item = items.find(({ label }) => label === 'http/request');
    assert.equal(item?.insertTextFormat, 2);
    assert.equal(item?.textEdit.newText, 'http/request\n                with:\n                  url: $1$0');
  });

  it('gives no snippets to an editor that does not know them', async () => {
    const plain = await new Editor('stdio').initialize();
    await plain.open(`${head}steps:\n  - uses: \n`);
    const items = await plain.request<{ label: string; insertTextFormat: number; textEdit: { newText: string } }[]>(
      'textDocument/completion',
      {
        position: { line: 3, character: 10 },
      },
    );
    assert.deepEqual(
      items.filter(({ label }) => label === 'http/request').map(({ insertTextFormat, textEdit }) => [insertTextFormat, textEdit.newText]),
      [[1, 'http/request']],
    );
    assert.equal(await plain.stop(), 0);
  });

  it('says that a long list is not all there is', async () => {
    const steps = Array.from({ length: 300 }, (_, index) => `  - { id: step-${index}, run: echo }\n`).join('');
    const { position } = await show(`steps:\n${steps}  - if: steps.‸\n    run: echo\n`);
    const list = await editor.request<{ isIncomplete: boolean; items: { label: string }[] }>('textDocument/completion', { position });
    assert.deepEqual([list.isIncomplete, list.items.length, list.items[0]?.label], [true, 200, 'step-299']);
    const narrow = await show(`steps:\n${steps}  - if: steps.step-7‸\n    run: echo\n`);
    const found = await editor.request<{ label: string }[]>('textDocument/completion', { position: narrow.position });
    assert.ok(Array.isArray(found) && found.some(({ label }) => label === 'step-7'));
  });

  it('formats', async () => {
    const { text } = await show('steps:\n- id:   a\n  run: |\n       echo # not a comment\n# note\n- {run: x}\n‸');
    const edits = await editor.request<TextEdit[]>('textDocument/formatting', { options: { tabSize: 8, insertSpaces: false } });
    assert.equal(apply(text, edits), `${head}steps:\n  - id: a\n    run: |\n      echo # not a comment\n  # note\n  - { run: x }\n`);
    const part = { range: { start: { line: 0, character: 0 }, end: { line: 3, character: 99 } }, options: {} };
    const some = await editor.request<TextEdit[]>('textDocument/rangeFormatting', part);
    assert.ok(some.every(({ range }) => range.end.line <= 3));
  });

  it('leaves a broken file as it is', async () => {
    await show('steps: [}\n- id:   a‸\n');
    assert.deepEqual(await editor.request('textDocument/formatting', { options: {} }), []);
  });

  it('indents a new line', async () => {
    const { text, position } = await show('steps:\n  - run: |\n‸\n');
    const edits = await editor.request<TextEdit[]>('textDocument/onTypeFormatting', { position, ch: '\n', options: {} });
    assert.equal(apply(text, edits), `${head}steps:\n  - run: |\n      \n`);
  });

  it('links the places of an id, and of nothing else', async () => {
    const { position } = await show("steps:\n  - { id: on‸e, run: x }\n  - { run: y, needs: [one], if: steps.one.outcome == 'one' }\n");
    const found = await editor.request<{ ranges: TextEdit['range'][] } | null>('textDocument/linkedEditingRange', { position });
    assert.equal(found?.ranges.length, 3);
    const name = await show('steps:\n  - { id: one, run: ‸x }\n');
    assert.equal(await editor.request('textDocument/linkedEditingRange', { position: name.position }), null);
  });

  it('hints at what is inherited, and stops when asked to', async () => {
    const { text } = await show(
      'defaults: { timeout: 5m, retry: { attempts: 2 } }\ntargets: { edge: { type: ssh, host: e1, user: ops } }\nsteps:\n  - run: echo\n    target: edge\n  - uses: http/request\n    timeout: 1s\n    with:\n      url: https://example.net\n‸',
    );
    const range = { start: { line: 0, character: 0 }, end: { line: text.split('\n').length, character: 0 } };
    const labels = async () => (await editor.request<{ label: string }[]>('textDocument/inlayHint', { range })).map(({ label }) => label);
    assert.deepEqual(await labels(), ['timeout: 5m, attempts: 2', 'ssh ops@e1', 'attempts: 2', 'method: GET, expect: 2xx, timeout: 30s']);
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: { runwright: { inlayHints: false } } });
    assert.deepEqual(await labels(), []);
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: { runwright: { inlayHints: true } } });
  });

  it('counts references above steps', async () => {
    await show('steps:\n  - { id: one, run: x }\n  - { run: y, needs: [one], if: steps.one.outcome }\n‸');
    const lenses = await editor.request<{ command: { title: string } }[]>('textDocument/codeLens');
    assert.deepEqual(
      lenses.map(({ command }) => command.title),
      ['2 references'],
    );
  });

  it('mends everything that has one right answer', async () => {
    const { text } = await show('steps:\n  - runn: x\n    timout: 5s\n‸');
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const [action] = await editor.request<{ kind: string; edit: { changes: Record<string, TextEdit[]> } }[]>('textDocument/codeAction', {
      range,
      context: { diagnostics: [], only: ['source.fixAll'] },
    });
    assert.equal(action?.kind, 'source.fixAll.runwright');
    assert.equal(apply(text, Object.values(action?.edit.changes ?? {})[0] ?? []), `${head}steps:\n  - run: x\n    timeout: 5s\n`);
  });

  it('leads from a code to its page', async () => {
    await show('steps:\n  - runn: x\n‸');
    const [problem] = (await editor.diagnostics()) as readonly { code: string; codeDescription?: { href: string } }[];
    assert.match(problem?.codeDescription?.href ?? '', new RegExp(`^file:.*/docs/diagnostics/${problem?.code}\\.md$`));
  });

  it('drops a request that was taken back', async () => {
    await show('steps:\n  - { id: one, run: x }\n‸');
    const { CancellationTokenSource } = await import('vscode-jsonrpc/node');
    for (const method of ['formatting', 'codeLens', 'documentLink', 'inlayHint', 'codeAction']) {
      const source = new CancellationTokenSource();
      const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
      const params = { textDocument: { uri: 'file:///a.runbook.yaml' }, options: {}, range, context: { diagnostics: [] } };
      const answer = editor.connection.sendRequest<unknown[]>(`textDocument/${method}`, params, source.token);
      source.cancel();
      // Taken back before it was begun it is refused, later it has no content.
      const taken = (error: unknown) => (error instanceof Error && /cancelled/.test(error.message) ? [] : Promise.reject(error));
      assert.deepEqual(await answer.catch(taken), [], method);
    }
  });
});
