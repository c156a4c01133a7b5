import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInActions } from './actions.ts';
import { loadRunbook } from './load.ts';
import { report } from './report.ts';

// Whole files as people write them. `UPDATE_CORPUS=1` accepts what is found now in the invalid ones: read the difference before committing it.
const folder = join(import.meta.dirname, 'corpus');
const golden = join(folder, 'invalid.json');
const files = (kind: string) => readdirSync(join(folder, kind)).sort();

function check(kind: string, file: string) {
  const text = readFileSync(join(folder, kind, file), 'utf8');
  const { runbook, diagnostics } = loadRunbook(text, { file, actions: builtInActions });
  const rows = report(text, diagnostics, file).map(
    ({ line, column, endLine, endColumn, code, message }) => `${line}:${column}-${endLine}:${endColumn} ${code} ${message}`,
  );
  return { runbook, rows };
}

describe('corpus', () => {
  for (const file of files('valid')) {
    it(`${file} is a runbook`, () => {
      const { runbook, rows } = check('valid', file);
      assert.deepEqual(rows, []);
      assert.ok(runbook && runbook.steps.length > 0);
    });
  }

  if (process.env.UPDATE_CORPUS === '1') {
    writeFileSync(
      golden,
      `${JSON.stringify(Object.fromEntries(files('invalid').map((file) => [file, check('invalid', file).rows])), null, 2)}\n`,
    );
  }
  const expected: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(golden, 'utf8'));
  for (const file of files('invalid')) {
    it(`${file} has the problems that are known of it`, () => {
      const { runbook, rows } = check('invalid', file);
      assert.equal(runbook, undefined);
      assert.deepEqual(rows, expected[file]);
    });
  }
});
