import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { risks } from '../runbook/core/model.ts';
import { actions } from './index.ts';

describe('action table', () => {
  it('holds every manifest there is', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('manifest.json'));
    assert.deepEqual(files.map((file) => file.replace(/.manifest\.json$/, '').replaceAll('\\', '/')).sort(), Object.keys(actions).sort());
  });

  for (const [name, { manifest }] of Object.entries(actions)) {
    it(`${name} has a whole manifest whose example fits`, () => {
      const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictTypes: false });
      formats.default(ajv);
      const validate = ajv.compile(manifest.inputs);
      assert.ok(risks.includes(manifest.risk));
      assert.ok(manifest.example && validate(manifest.example), JSON.stringify(validate.errors));
      const properties = Object(manifest.inputs.properties);
      for (const property of Object.values(properties)) assert.ok(Object(property).description.length > 20);
      for (const output of Object.values(manifest.outputs)) assert.ok(output.description.length > 10);
      assert.ok(manifest.estimate > 0);
      for (const { input } of manifest.touches ?? []) assert.ok(Object.hasOwn(properties, input), input);
      if (manifest.check) assert.equal(Object(properties.check).type, 'boolean');
      if (manifest.settings === undefined) return;
      const [file, section] = manifest.settings.split('.');
      const schema = JSON.parse(readFileSync(join(import.meta.dirname, `../schemas/${file}.schema.json`), 'utf8'));
      assert.ok(section === undefined || Object.hasOwn(schema.properties, section), manifest.settings);
    });
  }
});
