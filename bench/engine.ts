// What the engine costs, beside the floor of this disk and beside its neighbours, all in one run: npm run bench -- engine.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { idleMemory, startWithWaiting } from './engine/daemon.ts';
import { floor } from './engine/floor.ts';
import { openLongRun } from './engine/history.ts';
import { ansible, dbos, restate } from './engine/neighbours.ts';
import { shellSteps } from './engine/shell.ts';
import { type Figure, round } from './engine/stats.ts';
import { durableSteps } from './engine/steps.ts';

if (!process.env.RUNWRIGHT_NEIGHBOURS) throw new Error('RUNWRIGHT_NEIGHBOURS is not set: start this by `npm run bench -- engine`.');

const folder = mkdtempSync(join(tmpdir(), 'runwright-bench-'));
// PostgreSQL runs as a user of its own.
chmodSync(folder, 0o711);
const say = (text: string) => console.error(text);
try {
  say('floor and durable steps');
  const load = loadavg();
  const disk = await floor(folder);
  const steps = await durableSteps(folder, async () => (await floor(folder, 1)).commit.median);
  say('shell steps');
  const shell = await shellSteps(folder);
  say('a run of 100,000 events');
  const history = await openLongRun(folder);
  say('1,000 runs that wait');
  const start = await startWithWaiting(folder);
  say('idle memory');
  const idle = await idleMemory(folder);
  say('DBOS, Restate, Ansible');
  const neighbours = { dbos: await dbos(folder), restate: await restate(folder), ansible: await ansible(folder) };

  const commit = disk.commit.median;
  const shellAllowed = round(1.25 * shell.spawn.median + 2 * commit + shell.supervisor.median);
  const targets = [
    target('durable step in sequence, in durable commits', steps.commits.median, 2.5),
    target('durable step, 200 runs at once, ms', steps.concurrent.median, 0.12),
    target('shell step, ms (1.25 spawns, two commits, the supervisor)', shell.step.median, shellAllowed),
    target('first page of 100,000 events, ms', round(history.show.median + history.firstPage.median), 200),
    ...(idle ? [target('idle daemon, MB', idle.median, 90)] : []),
    target('start with 1,000 waiting runs, ms', start.waiting.median, 1000),
  ];
  const report = {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: process.versions.node,
    unit: 'ms unless said otherwise',
    loadBefore: load,
    floor: disk,
    steps,
    shell,
    history,
    start,
    idleMB: idle,
    neighbours,
    ratios: {
      sequence: { dbos: times(neighbours.dbos.sequence, steps.sequence), restate: times(neighbours.restate.sequence, steps.sequence) },
      concurrent: {
        dbos: times(neighbours.dbos.concurrent, steps.concurrent),
        restate: times(neighbours.restate.concurrent, steps.concurrent),
      },
      shell: { ansible: times(neighbours.ansible, shell.step) },
    },
    targets,
  };
  const results = resolve(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'engine.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const { what, is, atMost, met } of targets) console.log(`${met ? 'met   ' : 'MISSED'} ${what}: ${is} (at most ${atMost})`);
  console.log(JSON.stringify(report.ratios, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

function target(what: string, is: number, atMost: number) {
  return { what, is, atMost, met: is <= atMost };
}

/** How many times as long the other takes. */
function times(other: Figure, ours: Figure): number {
  return round(other.median / ours.median);
}
