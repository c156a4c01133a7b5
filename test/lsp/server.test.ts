import assert from 'node:assert/strict';
import { atCursor, marked } from '../../runbook/support/marked.ts';
import { Lines } from '../../runbook/syntax/lines.ts';
import { type Diagnostic, Editor } from './client.ts';

const uri = 'file:///a.runbook.yaml';
const head = 'runbook: v1\nname: Example\n';
const good = `${head}inputs: { host: { type: string, required: true } }\nsteps:\n  - { id: look, run: echo, risk: low }\n  - approve: { message: Go on? }\n`;

function position(text: string, offset: number) {
  const { line, column } = new Lines(text).position(offset);
  return { line, character: column };
}

function underlined(text: string, { range }: Diagnostic): string {
  const lines = new Lines(text);
  const at = ({ line, character }: Diagnostic['range']['start']) => lines.offset({ line, column: character });
  return text.slice(at(range.start), at(range.end));
}

for (const transport of ['stdio', 'ipc'] as const) {
  describe(`the language server over ${transport}`, () => {
    let editor: Editor;
    beforeEach(async () => {
      editor = await new Editor(transport).initialize();
    });
    afterEach(async () => {
      assert.equal(await editor.stop(), 0);
      assert.deepEqual(editor.log, [], 'errors in the log');
    });

    it('declares what it can do', () => {
      const { diagnosticProvider, completionProvider, hoverProvider, documentSymbolProvider, codeActionProvider } = editor.capabilities;
      for (const capability of [diagnosticProvider, completionProvider, hoverProvider, documentSymbolProvider, codeActionProvider])
        assert.ok(capability);
    });

    it('answers a pull with code, range and message, and pushes nothing', async () => {
      const { text } = marked(`${head}steps:\n  - run: echo 🙂\n    <<timout>>: 5s\n`);
      await editor.open(text);
      const [only, ...others] = await editor.diagnostics();
      assert.ok(only);
      assert.deepEqual(others, []);
      assert.equal(only.code, 'unknown-key');
      assert.equal(underlined(text, only), 'timout');
      assert.deepEqual(editor.published, []);
    });

    it('sees each change', async () => {
      await editor.open(good);
      assert.deepEqual(await editor.diagnostics(), []);
      const at = position(good, good.indexOf('risk: low') + 6);
      await editor.edit({ start: at, end: { ...at, character: at.character + 3 } }, 'lwo', 2);
      assert.deepEqual(
        (await editor.diagnostics()).map((one) => one.code),
        ['wrong-value'],
      );
      await editor.edit({ start: at, end: { ...at, character: at.character + 3 } }, 'high', 3);
      assert.deepEqual(await editor.diagnostics(), []);
    });

    it('completes, explains, outlines and repairs', async () => {
      const { text, offset } = atCursor(`${good}  - run: echo\n    env: { HOST: "\${{ inputs.‸ }}" }\n    timout: 5s\n`);
      await editor.open(text);
      const items = await editor.request<{ label: string; textEdit: { newText: string } }[]>('textDocument/completion', {
        position: position(text, offset),
      });
      assert.deepEqual(
        items.map(({ label, textEdit }) => [label, textEdit.newText]),
        [['host', 'host']],
      );
      const hover = await editor.request<{ contents: { value: string } }>('textDocument/hover', {
        position: position(text, text.indexOf('steps:')),
      });
      assert.match(hover.contents.value, /in order/);
      const symbols = await editor.request<{ name: string; children: { name: string }[] }[]>('textDocument/documentSymbol');
      assert.deepEqual(
        symbols.find(({ name }) => name === 'steps')?.children.map(({ name }) => name),
        ['look', '#2', '#3'],
      );
      const typo = text.indexOf('timout');
      const range = { start: position(text, typo), end: position(text, typo) };
      const actions = await editor.request<
        { title: string; isPreferred: boolean; edit: { changes: Record<string, { newText: string }[]> } }[]
      >('textDocument/codeAction', { range, context: { diagnostics: [], only: ['quickfix'] } });
      assert.deepEqual(
        actions.map(({ isPreferred, edit }) => [isPreferred, edit.changes[uri]?.[0]?.newText]),
        [[true, 'timeout']],
      );
    });

    it('gives the outline that code lenses need, also of a broken file', async () => {
      await editor.open(`${good}verify:\n  - run: [}\n`);
      const outline = await editor.connection.sendRequest<{
        name: string;
        inputs: { name: string; required: boolean }[];
        steps: { path: string; verb: string; hasApproval: boolean; range: { start: { line: number } } }[];
      }>('runwright/outline', { uri });
      assert.equal(outline.name, 'Example');
      assert.deepEqual(
        outline.inputs.map(({ name, required }) => [name, required]),
        [['host', true]],
      );
      assert.deepEqual(
        outline.steps.slice(0, 2).map(({ path, verb, hasApproval, range }) => [path, verb, hasApproval, range.start.line]),
        [
          ['look', 'run', false, 4],
          ['#2', 'approve', true, 5],
        ],
      );
      assert.equal(await editor.connection.sendRequest('runwright/outline', { uri: 'file:///unknown' }), null);
    });

    it('says which inputs and secrets a step alone needs', async () => {
      await editor.open(
        `${head}inputs: { host: {}, port: {}, who: {}, note: {} }\nsecrets: [KEY, OTHER]\nenv: { WHO: "\${{ inputs.who }}" }\nsteps:\n` +
          '  - { id: a, if: inputs.HOST != null, env: { K: "${{ secrets.KEY }}" }, run: echo }\n  - { id: b, run: echo }\n' +
          '  - { id: c, approve: { message: "${{ toJSON(inputs) }}" } }\n',
      );
      const outline = await editor.connection.sendRequest<{ steps: { needs: unknown }[] }>('runwright/outline', { uri });
      assert.deepEqual(
        outline.steps.map(({ needs }) => needs),
        [
          { inputs: ['host', 'who'], secrets: ['KEY'] },
          { inputs: ['who'], secrets: [] },
          { inputs: ['host', 'port', 'who', 'note'], secrets: [] },
        ],
      );
    });

    it('says what is wrong with the value of an input', async () => {
      await editor.open(`${head}inputs: { port: { type: integer, max: 10 } }\nsteps:\n  - run: echo\n`);
      const check = (value: unknown) => editor.connection.sendRequest<string | null>('runwright/checkInput', { uri, input: 'port', value });
      assert.equal(await check('7'), null);
      assert.match((await check('70')) ?? '', /port/);
    });

    it('answers emptily about what is not open, and after a document was closed', async () => {
      const params = { position: { line: 0, character: 0 } };
      assert.deepEqual(await editor.request('textDocument/completion', params), []);
      assert.equal(await editor.request('textDocument/hover', params), null);
      await editor.open(`${head}stpes: []\n`);
      assert.notDeepEqual(await editor.diagnostics(), []);
      await editor.close();
      assert.deepEqual(await editor.diagnostics(), []);
    });

    it('takes positions that are nowhere in the text', async () => {
      await editor.open(good);
      for (const place of [
        { line: 9999, character: 0 },
        { line: 0, character: 9999 },
      ]) {
        assert.ok(Array.isArray(await editor.request('textDocument/completion', { position: place })));
        await editor.request('textDocument/hover', { position: place });
        await editor.request('textDocument/codeAction', { range: { start: place, end: place }, context: { diagnostics: [] } });
      }
    });
  });
}

describe('a client that does not pull', () => {
  it('gets diagnostics pushed, with the version they belong to, and an empty list on close', async () => {
    const editor = await new Editor('stdio').initialize({ pull: false });
    assert.equal(editor.capabilities.diagnosticProvider, undefined);
    await editor.open(`${head}stpes: []\n`);
    const first = await editor.publication(({ version }) => version === 1);
    assert.ok(first.diagnostics.some(({ code }) => code === 'unknown-key'));
    await editor.replace(good, 2);
    assert.deepEqual((await editor.publication(({ version }) => version === 2)).diagnostics, []);
    await editor.close();
    const count = editor.published.length;
    await editor.publication((one) => one.version === undefined || editor.published.length > count);
    assert.equal(await editor.stop(), 0);
  });

  it('never gets what a newer version has made stale', async () => {
    const editor = await new Editor('stdio').initialize({ pull: false });
    await editor.open(`${head}stpes: []\n`);
    for (let version = 2; version <= 40; version++)
      await editor.replace(`${head}${version < 40 ? 'stpes' : 'steps'}:\n  - run: echo\n`, version);
    const last = await editor.publication(({ version }) => version === 40);
    assert.deepEqual(last.diagnostics, []);
    const versions = editor.published.map(({ version }) => version ?? 0);
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    );
    assert.equal(versions.at(-1), 40);
    assert.equal(await editor.stop(), 0);
  });
});

describe('bad input over the wire', () => {
  const hostile: Readonly<Record<string, [text: string, code: string]>> = {
    'an empty file': ['', 'empty-file'],
    'what is not YAML': ['\u0000\u0001\u0002PNG', 'not-text'],
    '10 MB': [`${head}${'# filler filler filler\n'.repeat(450_000)}`, 'file-too-large'],
    'a billion laughs': [
      `a: &a [1,1,1,1,1,1,1,1,1]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`).join('\n')}\n`,
      'alias-expansion',
    ],
    'brackets without end': ['['.repeat(200_000), 'nested-too-deeply'],
    tabs: ['steps:\n\t- run: echo\n', 'tab-indentation'],
    'duplicate keys': [`${good}name: again\n`, 'duplicate-key'],
  };
  it('is answered with a clear diagnostic, and the server lives on', async () => {
    const editor = await new Editor('stdio').initialize();
    let version = 1;
    await editor.open(good);
    for (const [what, [text, code]] of Object.entries(hostile)) {
      await editor.replace(text, ++version);
      const codes = (await editor.diagnostics()).map((one) => one.code);
      assert.ok(codes.includes(code), `${what}: ${codes.join(', ')}`);
      const position = { line: 0, character: 1 };
      for (const method of ['completion', 'hover', 'signatureHelp', 'definition', 'documentHighlight', 'prepareRename'])
        await editor.request(`textDocument/${method}`, { position });
      await editor.request('textDocument/references', { position, context: { includeDeclaration: true } });
      await editor.request('textDocument/selectionRange', { positions: [position] });
      for (const method of ['documentSymbol', 'foldingRange', 'semanticTokens/full']) await editor.request(`textDocument/${method}`);
      await editor.connection.sendRequest('workspace/symbol', { query: '' });
      await editor.connection.sendRequest('runwright/outline', { uri });
    }
    await editor.replace(`\ufeff${good.replaceAll('\n', '\r\n')}`, ++version);
    assert.deepEqual(await editor.diagnostics(), []);
    assert.deepEqual(editor.log, []);
    assert.equal(await editor.stop(), 0);
  });

  it('answers requests that make no sense with an error, and lives on', async () => {
    const editor = await new Editor('stdio').initialize();
    await assert.rejects(editor.connection.sendRequest('runwright/nothing', {}));
    await editor.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: 'file:///never-opened', version: 3 },
      contentChanges: [{ text: 'x' }],
    });
    await editor.open(good);
    assert.deepEqual(await editor.diagnostics(), []);
    await editor.connection.sendRequest('runwright/outline', null).catch(() => undefined);
    assert.deepEqual(await editor.diagnostics(), []);
    assert.equal(await editor.stop(), 0);
  });
});
