import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A folder of a test's own, removed at its end. */
export function temporary(name: string): string {
  return mkdtempSync(join(tmpdir(), `runwright-${name}-`));
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** A port of loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** A server's process; its output is kept for the error that says why it did not come up. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #over = false;
  output = '';

  constructor(
    program: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; cwd?: string; uid?: number; gid?: number } = {},
  ) {
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-20_000);
      });
    this.#ended = new Promise((resolve) => {
      const end = () => {
        this.#over = true;
        resolve();
      };
      this.#child.once('error', end);
      this.#child.once('close', end);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Tries until it answers; throws what the server said when it ends or does not come up. */
  async until(answers: () => Promise<unknown>, what: string): Promise<void> {
    let last: unknown;
    for (const deadline = Date.now() + 60_000; Date.now() < deadline && !this.#over; await sleep(100)) {
      try {
        await answers();
        return;
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`${what} did not come up (${last}): ${this.output}`);
  }

  /** Stops the process and its children where they are (SIGSTOP), or lets them go on (SIGCONT). */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.pid)], { encoding: 'utf8' });
    for (const pid of [this.pid, ...stdout.split('\n').map(Number).filter(Boolean)]) process.kill(pid, signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.#over) this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.#ended;
    clearTimeout(timer);
  }
}
