import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { Input, Retry as SchemaRetry, Risk as SchemaRisk, Step as SchemaStep } from '../../schemas/generated/runbook.ts';
import { builtInActions } from '../actions.ts';
import { parseDuration } from '../core/duration.ts';
import { type InputSpec, type InputType, type Retry, type Risk, risks, type Step } from '../core/model.ts';
import { parse } from '../syntax/parse.ts';
import { checkValue } from './check.ts';
import { asSchema, runbookSchema, type Schema, schemaAt } from './schema.ts';

/** Every schema inside a schema, with where it is. */
function* nodes(schema: Schema, at: string): Generator<[string, Schema]> {
  yield [at, schema];
  for (const group of ['properties', 'patternProperties', 'definitions'] as const) {
    for (const [name, child] of Object.entries(schema[group] ?? {})) yield* nodes(child, `${at}/${group}/${name}`);
  }
  if (typeof schema.additionalProperties === 'object') yield* nodes(schema.additionalProperties, `${at}/additionalProperties`);
  if (schema.items) yield* nodes(schema.items, `${at}/items`);
  for (const [index, part] of (schema.oneOf ?? []).entries()) yield [`${at}/oneOf/${index}`, part];
}

/** The compiler refuses this file when the model and the types made from the schema part. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
const agreed: readonly [
  Same<Risk, SchemaRisk>,
  Same<InputType, NonNullable<Input['type']>>,
  Same<InputSpec['format'], Input['format']>,
  Same<Retry['backoff'], SchemaRetry['backoff']>,
  Same<Step['onError'], NonNullable<SchemaStep['on-error']>>,
] = [true, true, true, true, true];

describe('the schema', () => {
  it('has the words of the model', () => assert.ok(agreed.every(Boolean)));

  it('takes for a duration what the engine takes for one', () => {
    const pattern = new RegExp(runbookSchema.definitions?.duration?.pattern ?? 'missing');
    const part = fc.constantFrom('1', '30', '1.5', 'd', 'h', 'm', 's', 'ms', 'P', 'T', 'W', 'D', 'H', 'M', 'S', ' ', '-');
    const check = (text: string) => assert.equal(pattern.test(text), parseDuration(text).ok, text);
    for (const text of ['250ms', '30s', '1h30m', '1d2h3m4s5ms', 'PT5M', 'P1DT2H', 'PT1.5S', '5', '', 'P', 'PT', '1m1h', '1 h']) check(text);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => check(parts.join(''))),
      { numRuns: 2000, seed: 5 },
    );
  });

  it('describes every node', () => {
    for (const [at, schema] of nodes(runbookSchema, '#')) assert.ok(schema.description ?? schema.$ref, at);
  });

  it('closes every map that has keys of its own, and leaves x- keys free', () => {
    for (const [at, schema] of nodes(runbookSchema, '#')) {
      // What else a target has is said by its type.
      if (!schema.properties || at === '#/definitions/target') continue;
      assert.equal(schema.additionalProperties, false, at);
      assert.ok(schema.patternProperties?.['^x-'], at);
    }
  });

  it('names the risks of the model', () => assert.deepEqual(schemaAt(['risk'])?.enum, risks));
});

describe('the catalogue', () => {
  it('has distinct names', () => assert.equal(new Set(builtInActions.map(({ name }) => name)).size, builtInActions.length));
  for (const action of builtInActions) {
    it(`${action.name} has a manifest of the right shape`, () => {
      assert.match(action.name, /^[a-z][\w-]*\/[a-z][\w-]*$/);
      assert.ok(risks.includes(action.risk) && action.description !== '' && action.estimate > 0);
      for (const output of Object.values(action.outputs)) assert.ok(output.type && output.description);
      for (const [name, schema] of Object.entries(asSchema(action.inputs).properties ?? {})) assert.ok(schema.description, name);
    });

    it(`${action.name} has an example that it takes, by our check and by a complete validator`, () => {
      const { root } = parse(JSON.stringify(action.example ?? {}));
      assert.ok(root);
      const schema = asSchema(action.inputs);
      assert.deepEqual([...checkValue(root, schema, schema)], []);
      const validate = new Ajv({ strict: false, validateSchema: false }).compile(action.inputs);
      assert.ok(validate(action.example ?? {}), JSON.stringify(validate.errors));
    });
  }
});
