// The engine as a process: its memory when it has nothing to do, and its start with 1,000 runs that wait for a person.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient } from '../../client/client.ts';
import { connectEngine } from '../../client/connect.ts';
import { openEngine, person } from './runtime.ts';
import { type Figure, figure } from './stats.ts';

const engineFile = resolve(import.meta.dirname, '../../dist/engine.cjs');
const rounds = 5;
const waiting = 1000;

export interface Daemon extends AsyncDisposable {
  readonly client: EngineClient;
  readonly pid: number;
  /** Milliseconds from its start to the first answer. */
  readonly startMs: number;
}

export async function startDaemon(state: string): Promise<Daemon> {
  const from = performance.now();
  const child = spawn(process.execPath, [engineFile], {
    env: { ...process.env, RUNWRIGHT_STATE: state, RUNWRIGHT_IDLE: '600' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let client: EngineClient | undefined;
  while (!client) {
    if (child.exitCode !== null) throw new Error(`The engine ended with code ${child.exitCode}.`);
    client = await connectEngine({ stateFolder: state, version: 'bench' }).catch(() => undefined);
    if (!client) await sleep(5);
  }
  const startMs = performance.now() - from;
  const connected = client;
  return {
    client: connected,
    pid: connected.health.pid,
    startMs,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      await connected.shutdown();
      connected.close();
      await gone;
    },
  };
}

/** Bytes. */
function residentMemory(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** MB (10⁶ bytes) ten seconds after the start and one look at the list of runs; undefined where the system does not tell. */
export async function idleMemory(folder: string): Promise<Figure | undefined> {
  if (process.platform !== 'linux') return undefined;
  const found: number[] = [];
  for (let round = 0; round < 3; round++) {
    await using daemon = await startDaemon(join(folder, `idle-${round}`));
    await daemon.client.list();
    await sleep(10_000);
    found.push(residentMemory(daemon.pid) / 1e6);
  }
  return figure(found);
}

/** Milliseconds until an engine answers that has 1,000 runs waiting for approval, and one that has none. */
export async function startWithWaiting(folder: string): Promise<{ waiting: Figure; empty: Figure }> {
  const state = join(folder, 'waiting');
  {
    await using engine = await openEngine(state);
    const file = engine.runbook('gate', ['{ id: gate, approve: true }', '{ id: after, uses: bench/nothing }']);
    for (let index = 0; index < waiting; index++) await engine.runtime.start({ file, trustOnce: true }, person);
  }
  const found = { waiting: [] as number[], empty: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    for (const [kind, place] of [
      ['waiting', state],
      ['empty', join(folder, 'empty')],
    ] as const) {
      await using daemon = await startDaemon(place);
      if (round > 0) found[kind].push(daemon.startMs);
      if (kind === 'waiting' && (await daemon.client.approvals()).length !== waiting) throw new Error('Not every run waits.');
    }
  }
  return { waiting: figure(found.waiting), empty: figure(found.empty) };
}
