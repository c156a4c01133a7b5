import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInActions } from './actions.ts';
import { loadRunbook } from './load.ts';
import { report } from './report.ts';
import { exampleSurroundings } from './support/example-surroundings.ts';

/**
 * Whole files as people write them: `valid` ones without a word to say, `doubtful` ones that run but have warnings or hints, and `invalid` ones.
 * `UPDATE_CORPUS=1` accepts what is found now: read the difference before committing it.
 */
const folder = join(import.meta.dirname, 'corpus');
const files = (kind: string) => readdirSync(join(folder, kind)).sort();

function check(kind: string, file: string) {
  const text = readFileSync(join(folder, kind, file), 'utf8');
  const { runbook, diagnostics } = loadRunbook(text, { file, actions: builtInActions, around: exampleSurroundings });
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

  for (const kind of ['doubtful', 'invalid']) {
    const golden = join(folder, `${kind}.json`);
    if (process.env.UPDATE_CORPUS === '1') {
      writeFileSync(golden, `${JSON.stringify(Object.fromEntries(files(kind).map((file) => [file, check(kind, file).rows])), null, 2)}\n`);
    }
    const expected: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(golden, 'utf8'));
    it(`${kind}.json speaks of the files that there are`, () => assert.deepEqual(Object.keys(expected), files(kind)));
    for (const file of files(kind)) {
      it(`${file} has the problems that are known of it`, () => {
        const { runbook, rows } = check(kind, file);
        assert.equal(runbook === undefined, kind === 'invalid');
        assert.deepEqual(rows, expected[file]);
      });
    }
  }
});
