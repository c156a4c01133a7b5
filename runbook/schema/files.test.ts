import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { runbookSchema, type Schema } from './schema.ts';

const folder = join(import.meta.dirname, '../../schemas');
const files = readdirSync(folder).filter((file) => file.endsWith('.schema.json'));
const read = (file: string): Schema => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const ajv = () => new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });

/** `UPDATE_SCHEMAS=1` copies the definitions that a file shares with the runbook's; format the files afterwards. */
function update(file: string): void {
  const schema = read(file);
  const shared = Object.entries(runbookSchema.definitions ?? {}).filter(([name]) => schema.definitions?.[name]);
  writeFileSync(
    join(folder, file),
    JSON.stringify({ ...schema, definitions: { ...schema.definitions, ...Object.fromEntries(shared) } }, null, 2),
  );
}

/** Every schema inside a schema, with where it is. A branch of a choice or of a condition is described by what it belongs to. */
function* nodes(schema: Schema, at: string): Generator<[string, Schema]> {
  yield [at, schema];
  for (const group of ['properties', 'patternProperties', 'definitions'] as const)
    for (const [name, child] of Object.entries(schema[group] ?? {})) yield* nodes(child, `${at}/${group}/${name}`);
  if (typeof schema.additionalProperties === 'object') yield* nodes(schema.additionalProperties, `${at}/additionalProperties`);
  if (schema.items) yield* nodes(schema.items, `${at}/items`);
  if (schema.propertyNames) yield* nodes(schema.propertyNames, `${at}/propertyNames`);
  for (const [index, part] of (schema.oneOf ?? []).entries()) yield* nodes(part, `${at}/oneOf/${index}`);
}

describe('the files of schemas', () => {
  for (const file of files) {
    if (process.env.UPDATE_SCHEMAS === '1' && file !== 'runbook.schema.json') update(file);
    const schema = read(file);

    it(`${file} compiles under strict rules, as draft-07 alone`, () => {
      assert.equal((schema as { $schema?: string }).$schema, 'http://json-schema.org/draft-07/schema#');
      ajv().compile(schema);
    });

    it(`${file} describes every node`, () => {
      for (const [at, node] of nodes(schema, '#')) assert.ok(node.description ?? node.$ref, at);
    });

    it(`${file} refers to nothing outside itself and has no definition in vain`, () => {
      const text = JSON.stringify(schema);
      const wanted = new Set([...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref = '']) => ref));
      assert.deepEqual(
        [...wanted].sort(),
        Object.keys(schema.definitions ?? {})
          .map((name) => `#/definitions/${name}`)
          .sort(),
      );
    });

    it(`${file} says of shared things what the runbook's schema says`, () => {
      for (const [name, definition] of Object.entries(schema.definitions ?? {}))
        if (runbookSchema.definitions?.[name]) assert.deepEqual(definition, runbookSchema.definitions[name], name);
    });
  }

  const check = (file: string, yaml: string): boolean => ajv().compile(read(file))(parse(yaml, { merge: true })) === true;

  it('targets.yaml is a map of names', () => {
    assert.ok(
      check('targets.schema.json', 'edge: { type: ssh, host: edge-1, user: ops }\nx-note: 1\nqueue: { type: rabbit, url: "amqp://x" }\n'),
    );
    assert.ok(!check('targets.schema.json', 'edge: { type: ssh, hots: edge-1 }\n'));
    assert.ok(!check('targets.schema.json', 'edge: { host: edge-1 }\n'));
  });

  it('an action has steps or a script', () => {
    const head = 'name: edge/block_ip\ndescription: Blocks an address.\ninputs: { ip: { format: ip, required: true } }\n';
    assert.ok(
      check('action.schema.json', `${head}script: block "$IP"\nenv: { IP: "\${{ inputs.ip }}" }\noutputs: { rule: { type: string } }\n`),
    );
    assert.ok(check('action.schema.json', `${head}steps: [ { uses: http/request, with: { url: https://example.net } } ]\n`));
    assert.ok(!check('action.schema.json', head));
    assert.ok(!check('action.schema.json', `${head}script: a\nsteps: [ { run: b } ]\n`));
    assert.ok(!check('action.schema.json', `${head}steps: [ { rum: b } ]\n`));
  });

  it('a pack has a name and a version', () => {
    assert.ok(check('pack.schema.json', 'name: edge\nversion: 1.0.0\n'));
    assert.ok(!check('pack.schema.json', 'name: Edge Actions\nversion: 1.0.0\n'));
  });
});
