// Language servers side by side over stdio: npm run bench -- lsp [SERVER …]. With names only these are measured, and nothing is written.
import { contenders } from './lsp/contenders.ts';
import { type Measured, measure } from './lsp/scenario.ts';

const sizes = [20, 200, 2_000];
const names = process.argv.slice(2);
const unknown = names.find((name) => !contenders.some((contender) => contender.name === name));
if (unknown) throw new Error(`There is no server ${unknown}: ${contenders.map(({ name }) => name).join(', ')}`);

const measured: Measured[] = [];
for (const contender of contenders) {
  if (names.length > 0 && !names.includes(contender.name)) continue;
  for (const steps of sizes) {
    const result = await measure(contender, steps);
    measured.push(result);
    const { lines, openFirst, open, keystroke, completion, completionAfterKey, hover, memory } = result;
    const row = Object.entries({ openFirst, open, keystroke, completion, completionAfterKey, hover }).map(
      ([what, { median, p95, count }]) => `${what} ${median.toFixed(1)} (p95 ${p95.toFixed(1)}, n ${count})`,
    );
    console.log(`${contender.name} ${lines} lines: ${row.join(' · ')} · ${(memory / 1024 / 1024).toFixed(0)} MB`);
  }
}
