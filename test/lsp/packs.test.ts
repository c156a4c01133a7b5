import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { atCursor } from '../../runbook/support/marked.ts';
import { Lines } from '../../runbook/syntax/lines.ts';
import { Editor } from './client.ts';

const main = 'runbook: v1\nname: Main\nsteps:\n  - { uses: edge/greet, with: { who: Ada } }\n';

describe('packs of actions over the wire', () => {
  let folder: string;
  let editor: Editor;
  const inherited = process.env.RUNWRIGHT_STATE;
  const uri = (name: string) => pathToFileURL(join(folder, name)).href;
  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  const at = (source: string) => {
    const { text, offset } = atCursor(source);
    const { line, column } = new Lines(text).position(offset);
    return { text, position: { line, character: column } };
  };

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'runwright-packs-')));
    process.env.RUNWRIGHT_STATE = join(folder, 'state');
    await put('.runwright/packs/edge/pack.yaml', 'name: edge\nversion: 1.0.0\n');
    await put(
      '.runwright/packs/edge/actions/greet.action.yaml',
      'name: edge/greet\ndescription: Says hello to somebody.\ninputs: { who: { required: true } }\nscript: echo\n',
    );
  });
  afterEach(async () => {
    assert.equal(await editor.stop(), 0);
    assert.deepEqual(editor.log, [], 'errors in the log');
    if (inherited === undefined) delete process.env.RUNWRIGHT_STATE;
    else process.env.RUNWRIGHT_STATE = inherited;
    await rm(folder, { recursive: true });
  });
  const start = async () => {
    editor = await new Editor('stdio').initialize({ folder: pathToFileURL(folder).href });
  };
  const codes = async () => {
    await editor.open(main, uri('main.runbook.yaml'));
    return (await editor.diagnostics(uri('main.runbook.yaml'))).map(({ code }) => code);
  };

  it('that nobody trusts are warned of, with the command that trusts them', async () => {
    await start();
    assert.deepEqual(await codes(), ['untrusted-pack']);
    const [found] = await editor.diagnostics(uri('main.runbook.yaml'));
    assert.ok(String(found?.message).includes(`runwright trust ${join(folder, '.runwright/packs/edge')}`), String(found?.message));
  });

  it('are completed and described like any action', async () => {
    await put('state/trusted.json', JSON.stringify([folder]));
    await start();
    assert.deepEqual(await codes(), []);
    const other = at('runbook: v1\nname: Other\nsteps:\n  - uses: edge/gr‸\n');
    await editor.open(other.text, uri('other.runbook.yaml'));
    const given = await editor.request<{ items: { label: string }[] } | { label: string }[]>(
      'textDocument/completion',
      { position: other.position },
      uri('other.runbook.yaml'),
    );
    const labels = (Array.isArray(given) ? given : given.items).map(({ label }) => label);
    assert.ok(labels.includes('edge/greet'), labels.join(' '));
    const { position } = at(main.replace('edge/gr', 'edge/gr‸'));
    const hover = await editor.request<{ contents: unknown }>('textDocument/hover', { position }, uri('main.runbook.yaml'));
    assert.match(JSON.stringify(hover.contents), /Says hello to somebody\./);
  });

  it('and settings are held against their schemas', async () => {
    await start();
    for (const [name, text, expected] of [
      ['.runwright/channels.yaml', 'team: { type: slack, chanel: a }\n', ['required-key', 'unknown-key']],
      ['.runwright/security.yaml', 'blokcing: {}\n', ['unknown-key']],
      ['.runwright/packs/edge/pack.yaml', 'name: edge\nversion: one\n', ['wrong-value']],
    ] as const) {
      await editor.open(text, uri(name));
      assert.deepEqual((await editor.diagnostics(uri(name))).map(({ code }) => String(code)).sort(), expected, name);
    }
  });
});
