import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient, TokenKind } from '../../client/client.ts';
import { connectEngine } from '../../client/connect.ts';
import type { RunEvent } from '../../protocol/run.ts';

export const engineFile = join(import.meta.dirname, '../../dist/engine.cjs');
/** The build that knows the named holes. */
export const fragileEngineFile = join(import.meta.dirname, '../../dist/test/crash/engine.cjs');

/** The same engine as version 99.0.0. */
export const newerEngineFile = join(import.meta.dirname, '../../dist/test/newer/engine.cjs');

/** A state folder, a trusted workspace and the engine of dist/, which can be killed and comes back with the next client(). */
export class Scene implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'runwright-crash-'));
  readonly state = join(this.root, 'state');
  readonly workspace = join(this.root, 'work');
  /** Of every engine started here. */
  env: Readonly<Record<string, string>> = {};
  readonly #clients: EngineClient[] = [];

  readonly #engine: string;

  constructor(engine = engineFile) {
    this.#engine = engine;
    mkdirSync(this.workspace);
  }

  async client(token: TokenKind = 'person', env: Record<string, string> = {}): Promise<EngineClient> {
    const client = await connectEngine({
      stateFolder: this.state,
      version: '0.0.0-test',
      token,
      start: { command: process.execPath, args: [this.#engine], env: { ...process.env, RUNWRIGHT_IDLE: '60', ...this.env, ...env } },
    });
    this.#clients.push(client);
    return client;
  }

  /** Resolves when the process is gone. Every client is closed first, so that none starts the engine again by itself. */
  async kill(): Promise<void> {
    const { pid } = JSON.parse(readFileSync(join(this.state, 'daemon.json'), 'utf8')) as { pid: number };
    for (const client of this.#clients.splice(0)) client.close();
    process.kill(pid, 'SIGKILL');
    await until(() => !alive(pid));
  }

  /** As kill(), where it may be dead by now or may never have listened. */
  async killed(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
    const pid = Number(/"pid":(\d+)/.exec(read(join(this.state, 'daemon.json')))?.[1]);
    if (!pid || !alive(pid)) return;
    process.kill(pid, 'SIGKILL');
    await until(() => !alive(pid));
  }

  write(name: string, text: string): string {
    const file = join(this.workspace, name);
    writeFileSync(file, text);
    return file;
  }

  /** How often each line was written by a step. */
  effects(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const line of read(join(this.workspace, 'effects')).split('\n').filter(Boolean)) counts[line] = (counts[line] ?? 0) + 1;
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = await this.client();
    const { pid } = client.health;
    await client.shutdown();
    for (const one of this.#clients) one.close();
    await until(() => !alive(pid));
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The first event that fits, past ones included. */
export function event(client: EngineClient, run: string, fits: (event: RunEvent) => boolean, after = 0): Promise<RunEvent> {
  return new Promise((resolve, reject) => {
    const stop = client.follow(
      { run, after },
      {
        event(event) {
          if (!fits(event)) return;
          stop();
          resolve(event);
        },
        error: reject,
      },
    );
  });
}

export const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a condition of the world; how long it takes decides nothing, a minute is a failure. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds()) {
    assert.ok(Date.now() < end, 'waited for a minute in vain');
    await sleep(10);
  }
}
