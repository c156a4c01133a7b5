import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ActionCode } from '../../../engine/connectors/action.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type TestContext, testContext } from '../../testing/context.ts';
import { objectsOf } from '../table/columns.ts';
import { openTable } from '../table/table.ts';

/** Actions on tables in folders of a test's own. */
export interface DataTest extends TestContext {
  /** Writes a file into the runbook's folder and gives its path as an input has it. */
  file(name: string, content: string | Uint8Array): string;
  outputs(code: ActionCode, input: Readonly<Record<string, Json | undefined>>): Promise<JsonObject>;
  failure(code: ActionCode, input: Readonly<Record<string, Json>>): Promise<Extract<Outcome, { kind: 'failed' }>>;
  /** The rows of a table as objects. */
  rows(table: Json | undefined): Promise<JsonObject[]>;
}

export function dataTest(): DataTest {
  const test = testContext();
  return {
    ...test,
    file(name, content) {
      const path = join(test.context.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return name;
    },
    async outputs(code, input) {
      const given = Object.fromEntries(Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
      const outcome = await code(given, test.context);
      assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
      return outcome.kind === 'succeeded' ? outcome.outputs : {};
    },
    async failure(code, input) {
      const outcome = await code(input, test.context);
      if (outcome.kind !== 'failed') throw new assert.AssertionError({ message: `it ${outcome.kind}: ${JSON.stringify(outcome)}` });
      return outcome;
    },
    async rows(given) {
      const table = await openTable(given, test.context);
      const rows: JsonObject[] = [];
      for await (const block of table.blocks()) rows.push(...block.map(objectsOf(table.columns)));
      return rows;
    },
  };
}
