// Language servers side by side over stdio: npm run bench -- lsp [SERVER …]. With names only these are measured, and nothing is written.
import { contenders } from './lsp/contenders.ts';
import { measureOwn, type Own } from './lsp/own.ts';
import { machine, summary, write } from './lsp/report.ts';
import { type Measured, measure } from './lsp/scenario.ts';
import type { Times } from './lsp/statistics.ts';

const sizes = [20, 200, 2_000];
const names = process.argv.slice(2);
const unknown = names.find((name) => !contenders.some((contender) => contender.name === name));
if (unknown) throw new Error(`There is no server ${unknown}: ${contenders.map(({ name }) => name).join(', ')}`);

function say(what: string, { lines, memory, ...rest }: { lines: number; memory: number } & Readonly<Record<string, unknown>>): void {
  const isTimes = (value: unknown): value is Times => typeof value === 'object' && value !== null && 'median' in value;
  const parts = Object.entries(rest).flatMap(([name, value]) =>
    isTimes(value) ? [`${name} ${value.median.toFixed(1)} (p95 ${value.p95.toFixed(1)}, n ${value.count})`] : [],
  );
  console.log(`${what}, ${lines} lines: ${parts.join(' · ')} · ${(memory / 1024 / 1024).toFixed(0)} MB`);
}

const at = { date: new Date().toISOString(), machine: machine() };
const servers: Measured[] = [];
const own: Own[] = [];
for (const contender of contenders) {
  if (names.length > 0 && !names.includes(contender.name)) continue;
  for (const steps of sizes) {
    const measured = await measure(contender, steps);
    servers.push(measured);
    say(contender.name, { ...measured });
  }
  if (contender.name !== 'runwright') continue;
  for (const steps of sizes) {
    const measured = await measureOwn(contender, steps);
    own.push(measured);
    say('runwright alone', { ...measured });
  }
}
if (names.length === 0) {
  write(summary(servers, own, at));
  console.log('Written: bench/results/lsp.json and docs/benchmarks.md');
}
