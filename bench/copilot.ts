// What the context of a question costs: npm run bench -- copilot. A real engine, a real run, a runbook of 10,000 lines.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineClient } from '../client/client.ts';
import { connectEngine } from '../client/connect.ts';
import { buildContext } from '../copilot/context/build.ts';
import type { Sources } from '../copilot/context/ports.ts';
import { finalStatuses } from '../protocol/run.ts';
import { machine } from './lsp/report.ts';
import { times } from './lsp/statistics.ts';

const rounds = 30;
/** Milliseconds that the context may take. */
const asked = 100;
const passes = 10_000;
const lines = 10_000;

const long = `runbook: v1
name: Many passes
steps:
  - id: each
    repeat: { until: "\${{ false }}", max: ${passes} }
    steps:
${[1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map(
    (n) => `      - id: note-${n}
        set: { n: ${n} }
`,
  )
  .join('')}`;

/** The last line is another one each time, as while somebody types. */
function edited(round: number): string {
  const head = 'runbook: v1\nname: Long\ndescription: Many steps.\nsteps:\n';
  const step = (n: number) =>
    `  - id: step-${n}\n    name: Step number ${n}\n    timeout: 5m\n    env:\n      A: "\${{ vars.a }}"\n    run: |\n      echo "hello ${n}"\n`;
  const count = Math.ceil(lines / 7);
  return `${head}${Array.from({ length: count }, (_, index) => step(index)).join('')}  - run: echo ${round}\n`;
}

async function longRun(client: EngineClient, file: string) {
  let run = await client.start({ file, via: 'cli' });
  while (!finalStatuses.includes(run.status)) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    run = await client.show(run.id, { most: 1 });
  }
  return run;
}

const folder = mkdtempSync(join(tmpdir(), 'runwright-bench-'));
const file = join(folder, 'long.runbook.yaml');
writeFileSync(file, long);
const state = join(folder, 'state');
const client = await connectEngine({
  version: (JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }).version,
  stateFolder: state,
  start: {
    command: process.execPath,
    args: [join(import.meta.dirname, '../dist/engine.cjs')],
    env: { ...process.env, RUNWRIGHT_STATE: state },
  },
});
try {
  await client.setTrust(folder, true);
  const run = await longRun(client, file);
  let round = 0;
  const sources: Sources = {
    run: run.id,
    runs: {
      list: (query) => client.list(query),
      show: (id, query) => client.show(id, query),
      output: (id, step) => client.output(id, step),
    },
  };
  const measure = async (budget?: number) => {
    const samples: number[] = [];
    let characters = 0;
    const busy = process.cpuUsage();
    for (let count = 0; count < rounds; count++, round++) {
      const text = edited(round);
      const open = { file, text, unsaved: true, diagnostics: [], cursorLine: lines / 2 };
      const from = performance.now();
      const context = await buildContext({ ...sources, documents: { open: async () => open } }, budget);
      samples.push(performance.now() - from);
      characters = context.text.length;
    }
    const { user, system } = process.cpuUsage(busy);
    // Of this process alone: other work on the machine does not count.
    const processor = Math.round((user + system) / 1000 / rounds);
    return { first: Math.round(samples[0] ?? 0), ...times(samples.slice(1)), processor, characters };
  };
  const whole = await measure();
  const shortened = await measure(200_000);
  const report = {
    date: new Date().toISOString(),
    machine: machine(),
    lines: edited(0).split('\n').length,
    events: run.seq,
    asked,
    whole,
    shortened,
  };
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(join(import.meta.dirname, 'results/copilot.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const [name, { first, median, p95, processor, characters }] of Object.entries({ whole, shortened }))
    console.log(
      `${name}: first ${first} ms, then ${median.toFixed(0)} (p95 ${p95.toFixed(0)}) ms, processor ${processor} ms, ${characters.toLocaleString('en')} characters`,
    );
  console.log(`${report.lines} lines, ${report.events} events; asked: ${asked} ms. Written: bench/results/copilot.json`);
} finally {
  await client.shutdown().catch(() => undefined);
  client.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
