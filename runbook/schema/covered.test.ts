import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import type { Json } from '../core/json.ts';
import { exampleSurroundings } from '../support/example-surroundings.ts';
import { parse } from '../syntax/parse.ts';
import { toJson } from '../syntax/tree.ts';
import { runbookSchema, type Schema } from './schema.ts';
import { schemaErrors } from './validate.ts';

/** Every key that any part of the language has. */
function* keysOf(schema: Schema): Generator<string> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    yield name;
    yield* keysOf(child);
  }
  if (schema.items) yield* keysOf(schema.items);
  for (const child of Object.values(schema.definitions ?? {})) yield* keysOf(child);
}

const keys = [...new Set(keysOf(runbookSchema))];
const folder = join(import.meta.dirname, '../corpus/valid');
const samples = readdirSync(folder).map((file) => {
  const { root } = parse(readFileSync(join(folder, file), 'utf8'));
  return root ? toJson(root) : null;
});

const values: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e9, '', 'x', '5m', 'true', '${{ inputs.a }}', [], {}, [null], { run: 'x' }, [
    { run: 'x' },
  ]),
  fc.constantFrom(...keys).map((key) => ({ [key]: 'x' })),
);

/** Changes one place of a value, found by walking it with the given turns. */
function changed(value: Json, turns: readonly number[], key: string, by: Json): Json {
  const [turn = 0, ...rest] = turns;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    if (rest.length === 0 || items.length === 0) return [...items, by];
    const at = turn % items.length;
    return items.map((item, index) => (index === at ? changed(item, rest, key, by) : item));
  }
  if (value === null || typeof value !== 'object') return by;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  const at = entries.length === 0 ? 0 : turn % entries.length;
  if (rest.length === 0 || entries.length === 0) {
    const kept = turn % 3 === 0 ? entries.filter((_, index) => index !== at) : entries;
    return Object.fromEntries([...kept, ...(turn % 3 === 1 ? [] : [[key, by] as const])]);
  }
  return Object.fromEntries(entries.map(([name, item], index) => [name, index === at ? changed(item, rest, key, by) : item]));
}

describe('every violation of the schema', () => {
  it('is told to the author as an error that no comment silences', () => {
    const property = fc.property(
      fc.constantFrom(...samples),
      fc.array(fc.nat(40), { minLength: 1, maxLength: 7 }),
      fc.constantFrom(...keys),
      values,
      (sample, turns, key, by) => {
        const text = JSON.stringify(changed(sample, turns, key, by), null, 1);
        const { diagnostics, document } = analyse(text, { actions: builtInActions, around: exampleSurroundings });
        const errors = schemaErrors(document.root);
        if (errors.length === 0) return;
        assert.ok(
          diagnostics.some(({ severity }) => severity === 'error'),
          `${JSON.stringify(errors)}\n${text}`,
        );
      },
    );
    fc.assert(property, { numRuns: 1500, seed: 12 });
  }).timeout(120_000);
});
