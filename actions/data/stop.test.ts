import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../runbook/core/json.ts';
import { dataActions } from './index.ts';
import { referenceJson } from './table/reference.ts';
import { writeTable } from './table/writer.ts';
import { dataTest } from './testing/run.ts';

/** What each action on a table needs beside the table. */
const inputs: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  'data/analyze_patterns': {},
  'data/analyze_stats': {},
  'data/classify': { rules: [{ class: 'x', when: 'row.a > 1' }] },
  'data/csv_export': { path: 'out/x.csv' },
  'data/enrich': { on: 'a', with: [{ a: 1 }] },
  'data/json_export': { path: 'out/x.jsonl' },
  'data/quality': {},
  'data/rules_check': { rules: [{ name: 'x', holds: 'row.a > 1' }], 'on-failure': 'drop' },
  'data/schema_validate': { schema: {}, 'on-failure': 'drop' },
  'data/transform': { set: { c: 'row.a' } },
};

describe('a step on a table that is stopped', () => {
  for (const [name, input] of Object.entries(inputs)) {
    it(`${name} ends at once and leaves no file`, async () => {
      const test = dataTest();
      try {
        const code = dataActions.find(({ manifest }) => Object(manifest).name === name)?.code;
        assert.ok(code);
        const reference = await writeTable(test.context, async (writer) => {
          for (let at = 0; at < 50_000; at++) writer.add([at, `row ${at}`]);
          return [
            { name: 'a', type: 'number' },
            { name: 'b', type: 'text' },
          ];
        });
        const table = referenceJson(reference);
        // After some turns, in the middle of its rows.
        let turns = 0;
        const later = () => (++turns < 10 ? setImmediate(later) : test.abort());
        later();
        assert.equal((await code({ table, ...input }, test.context)).kind, 'cancelled');
        assert.deepEqual(readdirSync(join(test.context.shared, 'tables')), [reference.table.slice('tables/'.length)]);
        const out = join(test.context.folder, 'out');
        assert.deepEqual(existsSync(out) ? readdirSync(out) : [], []);
      } finally {
        test.remove();
      }
    });
  }
});
