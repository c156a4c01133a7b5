import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { atCursor } from '../../runbook/support/marked.ts';
import { Lines } from '../../runbook/syntax/lines.ts';
import { Editor, type Position } from './client.ts';

interface WireRange {
  readonly start: Position;
  readonly end: Position;
}
interface Location {
  readonly uri: string;
  readonly range: WireRange;
}

const files = {
  'main.runbook.yaml': `runbook: v1
name: Main
steps:
  - id: sub
    call: ./parts/part.runbook.yaml
    with: { host: a }
  - run: echo
    target: edge
    if: steps.sub.outputs.answer
  - uses: edge/block
`,
  'parts/part.runbook.yaml': `runbook: v1
name: Part
description: A part.
inputs:
  host: { type: string, required: true }
steps:
  - id: look
    run: echo
    env: { H: "\${{ inputs.host }}" }
outputs: { answer: "\${{ steps.look.outputs.stdout }}" }
`,
  '.runwright/targets.yaml': 'edge: { type: ssh, host: e1 }\n',
  '.runwright/actions/block.action.yaml': 'name: edge/block\ndescription: Blocks.\nscript: echo\n',
};
type Name = keyof typeof files;

describe('files of a workspace, over the wire', () => {
  let folder: string;
  let editor: Editor;
  const uri = (name: string) => pathToFileURL(join(folder, name)).href;
  const main = files['main.runbook.yaml'];
  /** Behind the words that it is given. */
  const at = (text: string, words: string): Position => {
    const { line, column } = new Lines(text).position(text.indexOf(words) + words.length);
    return { line, character: column };
  };
  const cut = ({ uri: one, range: { start, end } }: Location) => {
    const name = (Object.keys(files) as Name[]).find((file) => uri(file) === one) ?? assert.fail(one);
    const lines = new Lines(files[name]);
    const text = files[name].slice(
      lines.offset({ line: start.line, column: start.character }),
      lines.offset({ line: end.line, column: end.character }),
    );
    return `${name} ${text}`;
  };
  const open = (name: Name) => editor.open(files[name], uri(name));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runwright-lsp-'));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    editor = await new Editor('ipc').initialize({
      folder: pathToFileURL(folder).href,
      workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
    });
    await open('main.runbook.yaml');
  });
  after(async () => {
    assert.equal(await editor.stop(), 0);
    await rm(folder, { recursive: true });
    assert.deepEqual(editor.log, [], 'errors in the log');
  });

  it('leads to called runbooks, their inputs and outputs, shared targets and own actions', async () => {
    const found = async (words: string) =>
      (await editor.request<Location[]>('textDocument/definition', { position: at(main, words) }, uri('main.runbook.yaml'))).map(cut);
    assert.deepEqual(await found('call: ./pa'), ['parts/part.runbook.yaml ']);
    assert.deepEqual(await found('with: { ho'), ['parts/part.runbook.yaml host']);
    assert.deepEqual(await found('outputs.ans'), ['parts/part.runbook.yaml answer']);
    assert.deepEqual(await found('target: ed'), ['.runwright/targets.yaml edge']);
    assert.deepEqual(await found('uses: edge/bl'), ['.runwright/actions/block.action.yaml ']);
  });

  it('finds references in files that are not open', async () => {
    await open('parts/part.runbook.yaml');
    const part = files['parts/part.runbook.yaml'];
    const params = { position: at(part, '  ho'), context: { includeDeclaration: true } };
    const found = await editor.request<Location[]>('textDocument/references', params, uri('parts/part.runbook.yaml'));
    assert.deepEqual(found.map(cut).sort(), ['main.runbook.yaml host', 'parts/part.runbook.yaml host', 'parts/part.runbook.yaml host']);
    await editor.close(uri('parts/part.runbook.yaml'));
  });

  it('renames in files that are not open', async () => {
    const params = { position: at(main, 'with: { ho'), newName: 'address' };
    const { changes } = await editor.request<{ changes: Record<string, { newText: string }[]> }>(
      'textDocument/rename',
      params,
      uri('main.runbook.yaml'),
    );
    assert.deepEqual(
      Object.entries(changes).map(([file, edits]) => [file, edits.length]),
      [
        [uri('parts/part.runbook.yaml'), 2],
        [uri('main.runbook.yaml'), 1],
      ],
    );
  });

  it('knows an open file however the editor writes its name', async () => {
    const odd = uri('parts/part.runbook.yaml').replace('part.r', '%70art.r');
    await editor.open(files['parts/part.runbook.yaml'], odd);
    const found = await editor.request<Location[]>(
      'textDocument/definition',
      { position: at(main, 'with: { ho') },
      uri('main.runbook.yaml'),
    );
    assert.deepEqual(
      found.map((one) => one.uri),
      [odd],
    );
    const params = { position: at(files['parts/part.runbook.yaml'], '  ho'), context: { includeDeclaration: false } };
    const references = await editor.request<Location[]>('textDocument/references', params, odd);
    assert.deepEqual(references.map((one) => one.uri).sort(), [uri('main.runbook.yaml'), odd].sort());
    await editor.close(odd);
  });

  it('completes paths, inputs of the called, targets', async () => {
    const name = 'new.runbook.yaml';
    const labels = async (source: string) => {
      const { text, offset } = atCursor(`runbook: v1\nname: n\nsteps:\n  - ${source}`);
      await editor.open(text, uri(name));
      const { line, column } = new Lines(text).position(offset);
      const params = { position: { line, character: column } };
      const items = await editor.request<{ label: string }[]>('textDocument/completion', params, uri(name));
      await editor.close(uri(name));
      return items.map(({ label }) => label).sort();
    };
    assert.deepEqual(await labels('call: ‸'), ['./main.runbook.yaml', './parts/part.runbook.yaml']);
    assert.deepEqual(await labels('call: ./parts/part.runbook.yaml\n    with:\n      ‸'), ['host']);
    assert.deepEqual(await labels('run: echo\n    target: ‸'), ['edge', 'local']);
  });

  it('says what a called runbook does', async () => {
    const params = { position: at(main, 'call: ./pa') };
    const { contents } = await editor.request<{ contents: { value: string } }>('textDocument/hover', params, uri('main.runbook.yaml'));
    assert.match(contents.value, /\*\*Part\*\*[\s\S]*A part\.[\s\S]*`host` \(string, required\)/);
  });

  it('links to files', async () => {
    const links = await editor.request<{ target: string }[]>('textDocument/documentLink', {}, uri('main.runbook.yaml'));
    assert.deepEqual(
      links.map(({ target }) => target),
      [uri('parts/part.runbook.yaml'), uri('.runwright/actions/block.action.yaml')],
    );
  });

  it('knows who calls whom', async () => {
    const params = { position: at(main, 'call: ./pa') };
    const [item] = await editor.request<{ name: string; uri: string }[]>(
      'textDocument/prepareCallHierarchy',
      params,
      uri('main.runbook.yaml'),
    );
    assert.equal(item?.name, 'Part');
    const incoming = await editor.connection.sendRequest<{ from: { name: string }; fromRanges: WireRange[] }[]>(
      'callHierarchy/incomingCalls',
      {
        item,
      },
    );
    assert.deepEqual(
      incoming.map(({ from, fromRanges }) => [from.name, ...fromRanges.map((range) => cut({ uri: uri('main.runbook.yaml'), range }))]),
      [['Main', 'main.runbook.yaml ./parts/part.runbook.yaml']],
    );
    assert.deepEqual(await editor.connection.sendRequest('callHierarchy/outgoingCalls', { item }), []);
  });

  it('says what is wrong with files that are not open, and says it once', async () => {
    const broken = join(folder, 'broken.runbook.yaml');
    type Report = { kind: string; uri: string; resultId?: string; items?: { code: string }[] };
    const pull = async (before: readonly Report[]) => {
      const previousResultIds = before.flatMap(({ uri: one, resultId }) => (resultId === undefined ? [] : [{ uri: one, value: resultId }]));
      const { items } = await editor.connection.sendRequest<{ items: Report[] }>('workspace/diagnostic', { previousResultIds });
      return items;
    };
    const shown = (items: readonly Report[]) =>
      items
        .map(({ kind, uri: one, items: found }) => `${kind} ${one.split('/').at(-1)} ${(found ?? []).map(({ code }) => code)}`.trimEnd())
        .sort();
    const first = await pull([]);
    assert.deepEqual(shown(first), ['full part.runbook.yaml']);
    assert.deepEqual(shown(await pull(first)), ['unchanged part.runbook.yaml']);
    await writeFile(join(folder, 'parts/part.runbook.yaml'), `${files['parts/part.runbook.yaml']}nothing: 1\n`);
    const second = await pull(first);
    assert.deepEqual(shown(second), ['full part.runbook.yaml unknown-key']);
    await writeFile(join(folder, 'parts/part.runbook.yaml'), files['parts/part.runbook.yaml']);
    assert.deepEqual(shown(await pull([...second, { kind: 'full', uri: pathToFileURL(broken).href, resultId: 'x' }])), [
      'full broken.runbook.yaml',
      'full part.runbook.yaml',
    ]);
  });

  it('finds symbols of files that are not open', async () => {
    const found = await editor.connection.sendRequest<{ name: string; location: { uri: string } }[]>('workspace/symbol', { query: 'look' });
    assert.deepEqual(
      found.map(({ name, location }) => [name, location.uri]),
      [['look', uri('parts/part.runbook.yaml')]],
    );
  });

  it('makes an action of a script in a new file', async () => {
    const position = at(main, 'run: ec');
    const params = { range: { start: position, end: position }, context: { diagnostics: [], only: ['refactor.extract'] } };
    const [action] = await editor.request<{ title: string; edit: { documentChanges: { kind?: string; uri?: string }[] } }[]>(
      'textDocument/codeAction',
      params,
      uri('main.runbook.yaml'),
    );
    assert.match(action?.title ?? '', /own\/script/);
    const [create] = action?.edit.documentChanges ?? [];
    assert.deepEqual([create?.kind, create?.uri], ['create', uri('.runwright/actions/script.action.yaml')]);
    await assert.rejects(readFile(join(folder, '.runwright/actions/script.action.yaml')), 'the server writes nothing by itself');
  });

  it('takes a change on the disk into account', async () => {
    await writeFile(join(folder, 'parts/part.runbook.yaml'), files['parts/part.runbook.yaml'].replace('name: Part', 'name: Portion of it'));
    const params = { position: at(main, 'call: ./pa') };
    const [item] = await editor.request<{ name: string }[]>('textDocument/prepareCallHierarchy', params, uri('main.runbook.yaml'));
    assert.equal(item?.name, 'Portion of it');
    await writeFile(join(folder, 'parts/part.runbook.yaml'), files['parts/part.runbook.yaml']);
  });
});
