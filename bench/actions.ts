// What large data costs in the actions, in an engine as it is shipped: npm run bench -- actions.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tables } from './actions/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'runwright-bench-'));
try {
  const load = loadavg();
  const parts = { tables: await tables(folder) };
  const targets = Object.values(parts).flatMap((part) => part.targets);
  const report = {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: process.versions.node,
    loadBefore: load,
    ...parts,
  };
  const results = resolve(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'actions.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const { what, is, atMost, met } of targets) console.log(`${met ? 'met   ' : 'MISSED'} ${what}: ${is} (at most ${atMost})`);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
