import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { constants as system } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { FileInfo, Host, HostRun, Ran } from '../host.ts';
import { codeOf } from '../local/files.ts';
import { processes } from '../local/processes.ts';
import { drain, Gathered, grace, usualLimit } from './gather.ts';
import { checkNames, fileProblem, withArguments } from './words.ts';

export interface LocalHostOptions {
  /** Where programs start. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ends whatever is under way, where a call gives no signal of its own. */
  readonly signal: AbortSignal;
}

const name = 'local';
/** The program comes over a pipe of its own: an argv can be read by everybody on the machine. */
const reader = 'p=$(cat <&3); exec 3<&-; eval "$p"';

/** The engine's own machine. */
export function localHost({ folder, environment, signal: usual }: LocalHostOptions): Host {
  return {
    name,
    run: (script, options = {}) => runHere(script, { ...options, signal: options.signal ?? usual }, folder, environment),
    async *read(path, signal = usual) {
      const handle = await openFile(path);
      try {
        // The stream of a handle closes it; a reader that leaves early ends the stream.
        for await (const chunk of handle.createReadStream({ highWaterMark: 256 * 1024, signal })) yield chunk as Buffer;
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof ProblemError ? error : fileProblem(name, path, 'read', codeOf(error));
      } finally {
        await handle.close().catch(() => {});
      }
    },
    write: (path, content, options = {}) => writeHere(path, content, options.mode, options.signal ?? usual),
    async stat(path) {
      try {
        const { mode, size, mtimeMs } = await stat(path);
        const kind = kindOf(mode);
        return { kind, size, modified: Math.round(mtimeMs), mode: mode & 0o7777 };
      } catch (error) {
        const code = codeOf(error);
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw fileProblem(name, path, 'read', code);
      }
    },
  };
}

/** Of the mode of a file. */
export function kindOf(mode: number): FileInfo['kind'] {
  const bits = mode & constants.S_IFMT;
  return bits === constants.S_IFREG ? 'file' : bits === constants.S_IFDIR ? 'folder' : 'other';
}

async function runHere(
  script: string,
  { args, stdin, env, signal, limit = usualLimit, onStdout }: HostRun & { readonly signal: AbortSignal },
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ran> {
  const program = withArguments(script, args);
  checkNames(env);
  signal.throwIfAborted();
  const child = spawn('sh', ['-c', reader, 'sh'], {
    cwd: folder,
    detached: true,
    env: { ...environment, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending = endGroup(child);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const kept = { stdout: new Gathered(limit), stderr: new Gathered(limit) };
    child.stdout.on('data', (chunk: Buffer) => (onStdout ? onStdout(chunk) : kept.stdout.add(chunk)));
    child.stderr.on('data', (chunk: Buffer) => kept.stderr.add(chunk));
    const [, , , handover] = child.stdio;
    for (const pipe of [child.stdin, handover]) {
      // A script that reads nothing, or ends before it is handed over whole, is no error.
      pipe?.on('error', () => {});
    }
    if (handover && 'end' in handover) handover.end(program);
    child.stdin.end(stdin ?? '');
    const exitCode = await ended(child, folder);
    signal.throwIfAborted();
    return { exitCode, stdout: kept.stdout.text, stderr: kept.stderr.text, truncated: kept.stdout.cut || kept.stderr.cut };
  } finally {
    signal.removeEventListener('abort', stop);
    await ending;
  }
}

function ended(child: ChildProcess, folder: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      const why = codeOf(error) === 'ENOENT' ? `there is no such program, or no folder ${folder}` : codeOf(error);
      reject(new ProblemError(problem('shell-missing', { program: 'sh', why })));
    });
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : system.signals[signal]);
      const done = () => {
        clearTimeout(late);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(exitCode);
      };
      const late = setTimeout(done, drain);
      child.once('close', done);
    });
  });
}

async function endGroup({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  processes.signalGroup(pid, 'SIGTERM');
  await gone(pid);
  if (!processes.groupLives(pid)) return;
  processes.signalGroup(pid, 'SIGKILL');
  await gone(pid);
}

async function gone(pid: number): Promise<void> {
  for (const end = performance.now() + grace; performance.now() < end && processes.groupLives(pid); ) await sleep(50);
}

/** A plain file: a pipe would hold the step up until somebody writes into it. */
async function openFile(path: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle?.close();
    throw fileProblem(name, path, 'read', codeOf(error));
  }
  await handle.close();
  throw fileProblem(name, path, 'read', 'EKIND');
}

async function writeHere(
  given: string,
  content: AsyncIterable<Buffer> | string | Buffer,
  mode: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const wrong = (error: unknown): never => {
    throw fileProblem(name, given, 'written', codeOf(error));
  };
  // What a link leads to is replaced, not the link.
  const path = await realpath(given).catch(() => given);
  const before = await stat(path).catch(() => undefined);
  if (before && !before.isFile()) throw fileProblem(name, given, 'written', 'EKIND');
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(8).toString('hex')}`);
  const handle = await open(temporary, 'wx', 0o600).catch(wrong);
  try {
    const pieces = typeof content === 'string' || Buffer.isBuffer(content) ? [content] : content;
    for await (const piece of pieces) {
      signal.throwIfAborted();
      await handle.writeFile(piece).catch(wrong);
    }
    await handle.chmod(mode ?? (before ? before.mode & 0o7777 : 0o666 & ~process.umask())).catch(wrong);
    await handle.sync().catch(wrong);
    await handle.close();
    signal.throwIfAborted();
    await rename(temporary, path).catch(wrong);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
