// What actions do with much data: npm run bench -- actions [PART …].
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hunt } from './actions/hunt.ts';
import type { Part } from './actions/part.ts';
import { tables } from './actions/tables.ts';

const parts: Readonly<Record<string, Part>> = { hunt, tables };

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
const file = resolve(import.meta.dirname, 'results', 'actions.json');
const report = readReport();
for (const name of chosen) {
  const part = parts[name];
  if (!part) throw new Error(`There is no part ${name}: ${Object.keys(parts).join(', ')}.`);
  const folder = mkdtempSync(join(tmpdir(), 'runwright-bench-'));
  try {
    const load = loadavg();
    const { figures, targets } = await part(folder, (text) => console.error(text));
    const measured = {
      date: new Date().toISOString(),
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      node: process.versions.node,
      loadBefore: load,
    };
    report[name] = { ...measured, figures, targets };
    for (const { what, is, wanted, met } of targets) console.log(`${met ? 'met   ' : 'MISSED'} ${what}: ${is} (${wanted})`);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
mkdirSync(resolve(file, '..'), { recursive: true });
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);

/** Parts that are not measured this time keep their figures. */
function readReport(): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
