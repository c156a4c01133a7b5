import assert from 'node:assert/strict';
import { once } from 'node:events';
import { CancellationTokenSource, ResponseError } from 'vscode-jsonrpc/node';
import { type Diagnostic, Editor } from './client.ts';
import { answered } from './patience.ts';

// What goes wrong between an editor and the server: broken messages, requests taken back, texts that change faster than they are read.
const cancelled = -32800;
const line = 4;
const text = 'runbook: v1\nname: Example\nsteps:\n  - run: echo\n    timout: 5s\n';
const underlined = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ range }) => range.end.character - range.start.character);
const framed = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('messages that are none', () => {
  const headers: Readonly<Record<string, string>> = {
    'a length that is not a number': 'Content-Length: many\r\n\r\n{}',
    'no length': 'Content-Type: application/vscode-jsonrpc\r\n\r\n{}',
    'no header at all': 'hello\r\n\r\n',
  };
  for (const [what, bytes] of Object.entries(headers)) {
    it(`${what}: the server says why and ends, so that the editor starts another`, async () => {
      const editor = await new Editor('stdio').initialize();
      let said = '';
      editor.child.stderr?.on('data', (data: Buffer) => {
        said += data.toString();
      });
      const closed = once(editor.child, 'close');
      editor.child.stdin?.write(bytes);
      const [code] = await answered(what, editor.child.pid, closed);
      assert.equal(code, 1);
      assert.match(said, /no message of the protocol/);
    });
  }

  it('a message that is not JSON is skipped, and the next one answered', async () => {
    const editor = await new Editor('stdio').initialize();
    await editor.open(text);
    editor.child.stdin?.write(framed('{ no'));
    assert.deepEqual(underlined(await editor.diagnostics()), [6]);
    assert.equal(editor.log.length, 1);
    assert.match(editor.log[0] ?? '', /not JSON/);
    assert.equal(await editor.stop(), 0);
  });

  it('an editor that goes away without a word takes its server with it', async () => {
    const editor = await new Editor('stdio').initialize();
    const exit = once(editor.child, 'exit');
    editor.child.stdin?.end();
    assert.deepEqual(await answered('end', editor.child.pid, exit), [1, null]);
  });
});

describe('a burst of 200 changes', () => {
  const last = 200;
  /** Version n underlines 5 + n characters. */
  const type = async (editor: Editor, version: number) => {
    const at = { line, character: 4 + 4 + version };
    await editor.edit({ start: at, end: at }, 'x', version);
  };

  it('never has what is outdated published', async () => {
    const editor = await new Editor('stdio').initialize({ pull: false });
    await editor.open(text);
    for (let version = 2; version <= last; version++) await type(editor, version);
    await answered(
      'last version',
      editor.child.pid,
      editor.publication(({ version }) => version === last),
    );
    const versions = editor.published.map(({ version = 0 }) => version);
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((a, b) => a - b),
    );
    for (const { version = 0, diagnostics } of editor.published) assert.deepEqual(underlined(diagnostics), [5 + version]);
    assert.equal(await editor.stop(), 0);
  });

  it('has each request that was taken back answered as cancelled, and the last one with the newest text', async () => {
    const editor = await new Editor('stdio').initialize();
    await editor.open(text);
    const answers: Promise<readonly number[] | 'cancelled'>[] = [];
    let taken = new CancellationTokenSource();
    for (let version = 2; version <= last; version++) {
      taken.cancel();
      taken = new CancellationTokenSource();
      void type(editor, version);
      const answer = editor.connection.sendRequest<{ items: readonly Diagnostic[] }>(
        'textDocument/diagnostic',
        { textDocument: { uri: 'file:///a.runbook.yaml' } },
        taken.token,
      );
      answers.push(
        answer.then(
          ({ items }) => underlined(items),
          (error) => {
            assert.equal(error instanceof ResponseError && error.code, cancelled);
            return 'cancelled' as const;
          },
        ),
      );
    }
    const all = await answered('all', editor.child.pid, Promise.all(answers));
    assert.deepEqual(all.at(-1), [5 + last]);
    for (const [index, one] of all.entries()) {
      // An answer that was given before it was taken back is of its own version or a newer one.
      if (one !== 'cancelled') assert.ok(one.length === 1 && (one[0] ?? 0) >= 5 + index + 2, `${index + 2}: ${one}`);
    }
    assert.ok(all.includes('cancelled'));
    assert.deepEqual(editor.log, []);
    assert.equal(await editor.stop(), 0);
  });

  it('has each place looked up in the text that it was meant for', async () => {
    const editor = await new Editor('stdio').initialize();
    await editor.open(text);
    const answers: Promise<string | undefined>[] = [];
    for (let version = 2; version <= last; version++) {
      // Where `name` stands in one version, `runbook` stands in the next.
      const hover = editor.request<{ contents: { value: string } }>('textDocument/hover', { position: { line: 1, character: 1 } });
      answers.push(hover.then(({ contents }) => /Version of|What the runbook does/.exec(contents.value)?.[0]));
      const start = { line: 0, character: 0 };
      if (version % 2 === 0) await editor.edit({ start, end: start }, '# moved\n', version);
      else await editor.edit({ start, end: { line: 1, character: 0 } }, '', version);
    }
    assert.deepEqual(
      await answered('all', editor.child.pid, Promise.all(answers)),
      answers.map((_, index) => (index % 2 === 0 ? 'What the runbook does' : 'Version of')),
    );
    assert.equal(await editor.stop(), 0);
  });
});
