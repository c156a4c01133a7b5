import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, Editor } from './client.ts';
import { answered } from './patience.ts';

// Another YAML editor with our schema: it accepts what is valid, and marks what the schema alone can know to be wrong.
const root = join(import.meta.dirname, '../..');
const corpus = join(root, 'runbook/corpus');
const schema = pathToFileURL(join(root, 'schemas/runbook.schema.json')).href;
const program = [join(root, 'node_modules/yaml-language-server/bin/yaml-language-server'), '--stdio'];
const files = (kind: string) => readdirSync(join(corpus, kind)).sort();

/** What a JSON Schema can say; everything else needs to know references, expressions, actions or scripts. */
const schemaLevel = new Set([
  'unknown-key',
  'missing-key',
  'misplaced-key',
  'wrong-type',
  'wrong-value',
  'step-verb',
  'invalid-duration',
  'required-key',
  'one-of-keys',
]);
/** Of these a schema speaks at the head of the map that lacks a key or has one too many. */
const ofTheMap = new Set(['missing-key', 'misplaced-key', 'step-verb', 'required-key', 'one-of-keys']);
/** What any reader of YAML finds by itself. */
const yamlLevel = new Set(['empty-file', 'yaml-syntax', 'duplicate-key', 'tab-indentation', 'multiple-documents']);

/** An editor with these settings of the server; it asks for them. */
async function start(settings: object): Promise<Editor> {
  const editor = new Editor('stdio', program);
  const yaml = { validate: true, schemaStore: { enable: false }, kubernetesCRDStore: { enable: false }, ...settings };
  editor.connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
    items.map(({ section }) => (section === 'yaml' ? yaml : null)),
  );
  await editor.initialize({ pull: false });
  await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml } });
  return editor;
}

describe('yaml-language-server with our schema', () => {
  let editor: Editor;
  before(async () => {
    editor = await start({ schemas: { [schema]: '*.runbook.yaml' } });
  });
  after(() => editor.child.kill());

  async function problems(kind: string, file: string): Promise<readonly Diagnostic[]> {
    const uri = `file:///${kind}/${file}`;
    await editor.open(readFileSync(join(corpus, kind, file), 'utf8'), uri);
    return (
      await answered(
        uri,
        editor.child.pid,
        editor.publication((one) => one.uri === uri),
      )
    ).diagnostics;
  }

  for (const file of files('valid')) {
    it(`accepts ${file}`, async () => {
      assert.deepEqual(
        (await problems('valid', file)).map(({ message, range }) => `${range.start.line + 1} ${message}`),
        [],
      );
    });
  }

  const expected: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(join(corpus, 'invalid.json'), 'utf8'));
  for (const file of files('invalid')) {
    const rows = (expected[file] ?? []).map((row) => {
      const [, from = '', to = '', code = ''] = /^(\d+):\d+-(\d+):\d+ (\S+)/.exec(row) ?? assert.fail(row);
      return { from: Number(from), to: Number(to), code };
    });
    const wanted = rows.filter(({ code }) => schemaLevel.has(code));
    if (wanted.length > 0) {
      it(`marks in ${file} what the schema forbids`, async () => {
        const found = await problems('invalid', file);
        const lines = readFileSync(join(corpus, 'invalid', file), 'utf8').split('\n');
        const missed = wanted.filter(({ from, to, code }) => {
          let head = from;
          while (ofTheMap.has(code) && head > 1 && !/^\s*- /.test(lines[head - 1] ?? '')) head--;
          return !found.some(({ range }) => range.start.line + 1 <= to && head <= range.end.line + 1);
        });
        assert.deepEqual(missed, [], JSON.stringify(found.map(({ message, range }) => `${range.start.line + 1} ${message}`)));
      });
    } else if (rows.every(({ code }) => !yamlLevel.has(code))) {
      it(`has no objection to ${file}, whose problems are beyond a schema`, async () => {
        assert.deepEqual(
          (await problems('invalid', file)).map(({ message, range }) => `${range.start.line + 1} ${message}`),
          [],
        );
      });
    }
  }

  it('knows a runbook by its first line where no setting says so', async () => {
    const other = await start({});
    const text = `# yaml-language-server: $schema=${schema}\nrunbook: v1\nname: Example\nsteps:\n  - run: echo\n    timout: 5s\n`;
    await other.open(text);
    const { diagnostics } = await answered(
      'first line',
      other.child.pid,
      other.publication(({ uri }) => uri === 'file:///a.runbook.yaml'),
    );
    other.child.kill();
    assert.deepEqual(
      diagnostics.map(({ range }) => range.start.line),
      [5],
    );
  });
});
