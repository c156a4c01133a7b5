import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Editor } from './client.ts';

interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly risk: string;
  readonly inputs: { readonly properties?: Readonly<Record<string, { readonly description?: string }>> };
  readonly outputs: Readonly<Record<string, unknown>>;
}
interface Item {
  readonly label: string;
  readonly detail?: string;
  readonly documentation?: string | { readonly value: string };
}

/** The files themselves, not what was made of them: the built server must show what the engine checks against. */
const folder = join(import.meta.dirname, '../../actions');
const manifests = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('manifest.json'))
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Manifest);
const head = 'runbook: v1\nname: Example\nsteps:\n  - uses: ';
const textOf = (item: { readonly documentation?: Item['documentation'] } | undefined) =>
  typeof item?.documentation === 'string' ? item.documentation : (item?.documentation?.value ?? '');

describe('every built-in action in the editor', () => {
  let editor: Editor;
  let version = 1;
  before(async () => {
    editor = await new Editor('stdio').initialize();
    await editor.open('');
  });
  after(async () => {
    assert.equal(await editor.stop(), 0);
    assert.deepEqual(editor.log, [], 'errors in the log');
  });

  it('is offered by completion with its description and its risk', async () => {
    await editor.replace(`${head}\n`, ++version);
    const items = await editor.request<Item[]>('textDocument/completion', { position: { line: 3, character: 10 } });
    const offered = new Map(items.map((item) => [item.label, item]));
    assert.ok(manifests.length > 30, String(manifests.length));
    for (const { name, description, risk } of manifests) {
      const item = offered.get(name);
      assert.ok(textOf(item).includes(description), `${name}: ${JSON.stringify(item)}`);
      assert.ok(`${item?.detail} ${textOf(item)}`.includes(risk), `${name}: risk ${risk}`);
    }
  });

  it('says on hover what it does, takes and gives', async () => {
    for (const { name, description, inputs, outputs } of manifests) {
      await editor.replace(`${head}${name}\n`, ++version);
      const hover = await editor.request<{ contents: { value: string } } | null>('textDocument/hover', {
        position: { line: 3, character: 12 },
      });
      const said = hover?.contents.value ?? '';
      assert.ok(said.includes(description), `${name}: ${said.slice(0, 200)}`);
      for (const [input, schema] of Object.entries(inputs.properties ?? {}))
        assert.ok(said.includes(`\`${input}\``) && said.includes(schema.description ?? ''), `${name}: input ${input}`);
      for (const output of Object.keys(outputs)) assert.ok(said.includes(`\`${output}\``), `${name}: output ${output}`);
    }
  });

  it('offers its inputs with their descriptions', async () => {
    for (const { name, inputs } of manifests) {
      await editor.replace(`${head}${name}\n    with:\n      \n`, ++version);
      const items = await editor.request<Item[]>('textDocument/completion', { position: { line: 5, character: 6 } });
      for (const [input, schema] of Object.entries(inputs.properties ?? {})) {
        const item = items.find(({ label }) => label === input);
        assert.ok(item && textOf(item).includes(schema.description ?? ''), `${name}: ${input}: ${JSON.stringify(item)}`);
      }
    }
  });
});
