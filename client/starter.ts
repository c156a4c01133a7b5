import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unreachable } from './errors.ts';
import { logTail } from './files.ts';
import { type Found, probe } from './probe.ts';

/** How to start the engine: `args[0]` is the path of engine.cjs, which supervisor.cjs and its parts (engine-NAME.cjs) stand beside. */
export interface StartCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The exit code of an engine that found another one at work. */
const lockedCode = 6;

/**
 * Starts an engine unless another client was faster; resolves when one answers. `timeout` in milliseconds.
 * An engine of ours that lost is ended: it would otherwise take over, unasked, when the one that won is stopped.
 */
export async function startEngine(folder: string, version: string, start: StartCommand, timeout = 20_000): Promise<Found> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw unreachable(`the state folder ${folder} cannot be made (${error.message})`);
  });
  const deadline = performance.now() + timeout;
  const args = await ownCopy(folder, version, start.args);
  let ended = `it did not answer within ${timeout / 1000} s`;
  // An engine that finds the journal locked ends: then the one that has it answers, or is stopping and it is our turn again.
  while (performance.now() < deadline) {
    const child = await launch(folder, start, args);
    const found = await answerOf(folder, child, deadline);
    if (found && found.health.pid !== child.pid) await end(child);
    if (found) return found;
    if (!hasEnded(child) || child.exitCode === lockedCode) continue;
    ended = `it ended with code ${child.exitCode ?? child.signalCode}`;
    break;
  }
  const tail = await logTail(folder);
  throw unreachable(`${ended}${tail ? `; the end of its log:\n${tail}\n` : ''}`);
}

/** The engine that answers, `child` or another; undefined when `child` has ended and none does, or the time is up. */
async function answerOf(folder: string, child: ChildProcess, deadline: number): Promise<Found | undefined> {
  while (performance.now() < deadline && !hasEnded(child)) {
    const found = await probe(folder);
    if (found) return found;
    await sleep(40);
  }
  return probe(folder);
}

/** Before it listens a signal ends it at once; what it has begun in the journal is undone with its transaction. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.ref();
  child.kill('SIGTERM');
  await gone;
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function launch(folder: string, start: StartCommand, args: readonly string[]): Promise<ChildProcess> {
  const log = await open(join(folder, 'engine.log'), 'a', 0o600).catch((error: Error) => {
    throw unreachable(`the state folder ${folder} cannot be written (${error.message})`);
  });
  try {
    const env = { ...start.env, RUNWRIGHT_STATE: folder };
    const [command, ...rest] = withoutCores(start.command, args);
    const child = spawn(command, rest, { cwd: folder, env, detached: true, stdio: ['ignore', log.fd, log.fd], windowsHide: true });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(unreachable(`${start.command} cannot be started (${error.message})`)));
    });
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** Its memory holds secrets, and a dump of it would lie in the state folder. Who needs one raises the limit again: only the soft one is taken away. */
function withoutCores(command: string, args: readonly string[]): readonly [string, ...string[]] {
  if (process.platform === 'win32') return [command, ...args];
  return ['/bin/sh', '-c', 'ulimit -S -c 0; exec "$@"', 'sh', command, ...args];
}

/** The engine runs from a copy in the state folder: an update of the extension then never pulls files from under it. */
async function ownCopy(folder: string, version: string, args: readonly string[]): Promise<readonly string[]> {
  const [engine, ...rest] = args;
  if (!engine?.endsWith('.cjs')) return args;
  const beside = await readdir(dirname(engine)).catch(() => []);
  const parts = beside.filter((file) => /^engine-[\w-]+\.cjs$/.test(file)).sort();
  const files = [engine, ...['supervisor.cjs', ...parts].map((file) => join(dirname(engine), file))];
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(file).catch(() => {
      throw unreachable(`its file ${file} is missing`);
    });
    hash.update(content);
  }
  const target = join(folder, 'engine', `${version}-${hash.digest('hex').slice(0, 12)}`);
  const copy = join(target, basename(engine));
  if (!(await exists(copy))) await install(files, target);
  return [copy, ...rest];
}

/** By rename, so that a copy is whole or absent; another client may have been faster. */
async function install(files: readonly string[], target: string): Promise<void> {
  const draft = `${target}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    for (const file of files) await copyFile(file, join(draft, basename(file)));
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(target)))
      throw unreachable(`the engine cannot be copied to ${target} (${error instanceof Error ? error.message : error})`);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
