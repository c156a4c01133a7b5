import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInActions } from './actions.ts';
import { analyse } from './analyse.ts';
import { runbookSchema, type Schema } from './schema/schema.ts';
import { exampleSurroundings } from './support/example-surroundings.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/language.md'), 'utf8');
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);

/** An example stands for itself; what it refers to beyond itself is not there. */
const elsewhere = ['unknown-input', 'unknown-step', 'unknown-secret', 'unknown-target'];

function asRunbook(block: string): string | undefined {
  if (/^name: edge\/block_ip/m.test(block)) return undefined;
  const head = `${/^runbook:/m.test(block) ? '' : 'runbook: v1\n'}${/^name:/m.test(block) ? '' : 'name: Example\n'}`;
  if (/^- /m.test(block)) return `${head}steps:\n${block.replace(/^(?=.)/gm, '  ')}`;
  if (/^retry:/m.test(block)) return `${head}steps:\n  - run: echo\n    ${block}`;
  return `${head}${block}${/^steps:/m.test(block) ? '' : 'steps:\n  - run: echo\n'}`;
}

/** Keys of the language, wherever they stand. */
function* keysOf(schema: Schema): Generator<string> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    yield name;
    yield* keysOf(child);
  }
  if (schema.items) yield* keysOf(schema.items);
  for (const child of Object.values(schema.definitions ?? {})) yield* keysOf(child);
}

describe('the page of the language', () => {
  for (const block of blocks) {
    const text = asRunbook(block);
    if (text === undefined) continue;
    it(`has an example without a mistake: ${JSON.stringify(block.slice(0, 60))}`, () => {
      const { diagnostics } = analyse(text, { actions: builtInActions, around: exampleSurroundings });
      assert.deepEqual(
        diagnostics.filter(({ code }) => !elsewhere.includes(code)).map(({ code, message }) => `${code} ${message}`),
        [],
      );
    });
  }

  it('speaks of every key', () => {
    const missing = [...new Set(keysOf(runbookSchema))].filter((key) => !new RegExp(`[\`{ -]${key}\\b`).test(page));
    assert.deepEqual(missing, []);
  });

  it('has the sections that it leads to', () => {
    const sections = new Set(
      [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    for (const [, anchor = ''] of page.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(sections.has(anchor), anchor);
  });
});
