import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Host, HostRun, Ran } from '../host.ts';
import { hostOf } from '../ssh/collect.ts';
import type { Pool } from '../ssh/pool.ts';
import { quote } from '../ssh/programs.ts';
import { leave } from '../ssh/shell.ts';
import type { Target } from '../ssh/target.ts';
import { Gathered, usualLimit } from './gather.ts';
import { findProgram, moveProgram, readProgram, said, statProgram, storeProgram } from './ssh-files.ts';
import { type Started, startProgram } from './ssh-program.ts';
import { checkNames, fileProblem, withArguments } from './words.ts';

export interface SshHostOptions {
  /** Its name in the runbook. */
  readonly name: string;
  readonly target: Target;
  readonly pool: Pool;
  /** Ends whatever is under way, where a call gives no signal of its own. */
  readonly signal: AbortSignal;
}

/**
 * Another machine over SSH: scripts, arguments, variables and contents go over stdin.
 * What a connection that is lost leaves running there goes on: whoever starts what changes something marks it so that it can be found again.
 */
export function sshHost({ name, target, pool, signal: usual }: SshHostOptions): Host {
  const lost = () => new ProblemError(problem('host-lost', { host: hostOf(target) }));

  const run = async (script: string, options: HostRun = {}): Promise<Ran> => {
    const { args, stdin, env = {}, signal = usual, limit = usualLimit, onStdout } = options;
    checkNames(env);
    const exported = Object.entries(env).map(([key, value]) => `export ${key}=${quote(value)}\n`);
    const body = withArguments(`${exported.join('')}eval ${quote(script)}`, args);
    return withProgram(body, signal, async (started) => {
      const kept = { stdout: new Gathered(limit), stderr: new Gathered(limit) };
      const out = (chunk: Buffer) => (onStdout ? onStdout(chunk) : kept.stdout.add(chunk));
      if (started.rest.stdout.length > 0) out(started.rest.stdout);
      kept.stderr.add(started.rest.stderr);
      started.channel.on('data', out);
      started.channel.stderr.on('data', (chunk: Buffer) => kept.stderr.add(chunk));
      started.channel.resume();
      started.channel.stderr.resume();
      started.channel.end(stdin ?? '');
      const exitCode = await started.ended;
      if (exitCode === undefined) throw lost();
      return { exitCode, stdout: kept.stdout.text, stderr: kept.stderr.text, truncated: kept.stdout.cut || kept.stderr.cut };
    });
  };

  /** Begins the program, ends it when `signal` is, and leaves nothing open. */
  const withProgram = async <T>(body: string, signal: AbortSignal, work: (started: Started) => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const started = await startProgram(pool, target, body);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    aborted.catch(() => {});
    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping = started.stop().finally(() => reject(signal.reason));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    try {
      const result = await Promise.race([work(started), aborted]);
      // It may have ended by what ended it.
      signal.throwIfAborted();
      return result;
    } finally {
      signal.removeEventListener('abort', stop);
      await stopping;
      leave(started.channel);
    }
  };

  async function* read(path: string, signal = usual): AsyncGenerator<Buffer> {
    signal.throwIfAborted();
    const started = await startProgram(pool, target, withArguments(readProgram, [path]));
    const { channel, rest } = started;
    const stop = () => void channel.destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const kept = new Gathered(2000);
      kept.add(rest.stderr);
      channel.stderr.on('data', (chunk: Buffer) => kept.add(chunk));
      channel.stderr.resume();
      channel.end();
      if (rest.stdout.length > 0) yield rest.stdout;
      for await (const chunk of channel) yield chunk as Buffer;
      const code = await started.ended;
      signal.throwIfAborted();
      // Half a file must not pass for the whole.
      if (code === undefined) throw new ProblemError(problem('host-lost', { host: hostOf(target) }, { class: 'network' }));
      if (code !== 0) throw fileProblem(name, path, 'read', said(code, kept.text));
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      // Where the reader left early, the other side learns it by a pipe that nobody reads.
      channel.destroy();
      channel.stderr.resume();
    }
  }

  /** 1. The bytes go into a file beside the place. 2. Only when all of them are there, which a cut connection does not say, it is moved. */
  const write: Host['write'] = async (path, content, { mode, signal = usual } = {}) => {
    const temporary = `.runwright-${randomBytes(8).toString('hex')}`;
    let sent = 0;
    const check = (code: number, stderr: string) => {
      if (code !== 0) throw fileProblem(name, path, 'written', said(code, stderr));
    };
    try {
      const found = await run(findProgram, { args: [path], signal });
      check(found.exitCode, found.stderr);
      await withProgram(withArguments(storeProgram, [path, temporary]), signal, async ({ channel, rest, ended }) => {
        const kept = new Gathered(2000);
        kept.add(rest.stderr);
        channel.stderr.on('data', (chunk: Buffer) => kept.add(chunk));
        channel.stderr.resume();
        channel.resume();
        const closed = ended.then(() => {});
        const pieces = typeof content === 'string' || Buffer.isBuffer(content) ? [Buffer.from(content)] : content;
        for await (const piece of pieces) {
          signal.throwIfAborted();
          sent += piece.length;
          if (channel.destroyed || !channel.writable) break;
          if (!channel.write(piece)) await Promise.race([once(channel, 'drain'), closed]);
        }
        channel.end();
        const code = await ended;
        if (code === undefined) throw lost();
        check(code, kept.text);
      });
      const moved = await run(moveProgram, {
        args: [path, temporary, String(sent), mode === undefined ? '' : mode.toString(8).padStart(4, '0')],
        signal,
      });
      check(moved.exitCode, moved.stderr);
    } catch (error) {
      // Nobody waits for a host that is gone.
      await run('d=$(dirname -- "$1") && rm -f -- "$d/$2"', { args: [path, temporary], signal: AbortSignal.timeout(5000) }).catch(() => {});
      throw error;
    }
  };

  return {
    name,
    run,
    read,
    write,
    async stat(path) {
      const { exitCode, stdout, stderr } = await run(statProgram, { args: [path] });
      const why = exitCode === 0 ? '' : said(exitCode, stderr);
      if (why === 'ENOENT') return undefined;
      const [bits = '', size = '', modified = ''] = stdout.trim().split(' ');
      const mode = Number.parseInt(bits, 16);
      if (exitCode !== 0 || Number.isNaN(mode)) throw fileProblem(name, path, 'read', why || 'its state is not known there');
      const type = mode & constants.S_IFMT;
      const kind = type === constants.S_IFREG ? 'file' : type === constants.S_IFDIR ? 'folder' : 'other';
      return { kind, size: Number(size), modified: Number(modified) * 1000, mode: mode & 0o7777 };
    },
  };
}
