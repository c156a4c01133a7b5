// Runs mocha under Node 24 and reads its counts.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './steps.mjs';

/** @returns { passes, failures }; rejects with the same as `report` when a test failed or none ran. */
export async function runMocha(node, specs, { env, timeout, reporter }) {
  const folder = await mkdtemp(join(tmpdir(), 'runwright-mocha-'));
  const counts = join(folder, 'counts.json');
  let failure;
  try {
    await run(
      node,
      [
        join(root, 'node_modules/mocha/bin/mocha.js'),
        '--require',
        join(root, 'scripts/lib/mocha-counts.mjs'),
        '--reporter',
        reporter,
        '--timeout',
        String(timeout),
        '--exit',
        ...specs,
      ],
      { cwd: root, env: { ...env, RUNWRIGHT_COUNTS: counts } },
    );
  } catch (error) {
    failure = error;
  }
  const report = JSON.parse(await readFile(counts, 'utf8').catch(() => '{"passes":0,"failures":1}'));
  await rm(folder, { recursive: true, force: true });
  if (!failure && report.passes === 0) failure = new Error('no test ran');
  if (failure) throw Object.assign(new Error(`${report.failures} of ${report.passes + report.failures} tests failed`), { report });
  return report;
}
