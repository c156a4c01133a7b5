import { randomBytes } from 'node:crypto';
import { constants as system } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { hostOf } from '../ssh/collect.ts';
import type { Pool } from '../ssh/pool.ts';
import { begun, ChannelCut, leave, Reader } from '../ssh/shell.ts';
import type { Target } from '../ssh/target.ts';
import { drain, grace } from './gather.ts';

/** A program that has begun on the other side. Its stdin is the channel. */
export interface Started {
  readonly channel: ClientChannel;
  /** What came after the mark, before anybody reads on; both streams are paused. */
  readonly rest: { readonly stdout: Buffer; readonly stderr: Buffer };
  /** The exit code, 128 + the signal's number; undefined where the connection went first. */
  readonly ended: Promise<number | undefined>;
  /** Ends its group: TERM, then KILL. Resolves when that is done, or cannot be. */
  stop(): Promise<void>;
}

/**
 * Hands a program to a remote `sh` over its stdin: nothing of it is in an argv, and as it is one `{ … }`, half of it does nothing.
 * The `sh` of an SSH session leads a session and group of its own. Rejects with a ProblemError.
 */
export async function startProgram(pool: Pool, target: Target, body: string): Promise<Started> {
  const mark = `runwright-${randomBytes(16).toString('hex')}`;
  const channel = await pool.shell(target);
  let exitCode: number | undefined;
  let over = false;
  channel.once('exit', (code: number | null, signal?: string) => {
    exitCode = code ?? 128 + signalNumber(signal ?? '');
  });
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  const ended = new Promise<number | undefined>((resolve) => {
    const done = () => {
      over = true;
      resolve(exitCode);
    };
    channel.once('close', done);
    // What it left running in the background may hold the channel open for ever.
    channel.once('exit', () => void sleep(drain, undefined, { ref: false }).then(done));
  });
  const stdout = new Reader(channel);
  const stderr = new Reader(channel.stderr);
  channel.write(`{\nprintf '\\n%s\\n%s\\n' ${mark} $$\nprintf '\\n%s\\n' ${mark} >&2\n${body}\nexit $?\n}\n`);
  try {
    const ready = async () => {
      const [, said] = await Promise.all([stdout.until(mark), stderr.until(mark)]);
      return { said, pid: Number(await stdout.line()) };
    };
    const { pid } = await begun(hostOf(target), pool.timeout, ready());
    const rest = { stdout: stdout.detach(), stderr: stderr.detach() };
    const stop = async () => {
      if (!over && Number.isInteger(pid) && pid > 1) await endGroup(pool, target, pid);
    };
    return { channel, rest, ended, stop };
  } catch (error) {
    leave(channel);
    if (!(error instanceof ChannelCut)) throw error;
    const code = await ended;
    const why = `it ended ${code === undefined ? 'with the connection' : `with exit code ${code}`} before it began`;
    throw new ProblemError(problem('remote-shell', { host: hostOf(target), why }));
  }
}

/** As ssh2 gives it: with or without SIG. */
function signalNumber(name: string): number {
  const full = name.startsWith('SIG') ? name : `SIG${name}`;
  return Object.entries(system.signals).find(([known]) => known === full)?.[1] ?? 0;
}

/** Over a channel of its own; a host that is out of reach ends nothing. */
async function endGroup(pool: Pool, target: Target, pid: number): Promise<void> {
  const program = `{
tick() { n=$((n+1)); sleep 0.1 2>/dev/null || { sleep 1; n=$((n+9)); }; }
kill -s TERM -- -${pid} 2>/dev/null || kill -s TERM ${pid} 2>/dev/null || exit 0
n=0; while [ $n -lt ${grace / 100} ] && kill -0 -- -${pid} 2>/dev/null; do tick; done
n=0; while [ $n -lt 30 ] && kill -s KILL -- -${pid} 2>/dev/null; do tick; done
exit 0
}
`;
  const kill = async () => {
    const channel = await pool.shell(target);
    channel.on('error', () => {});
    channel.end(program);
    channel.resume();
    channel.stderr.resume();
    await new Promise<void>((resolve) => channel.once('close', () => resolve()));
  };
  await Promise.race([kill().catch(() => {}), sleep(2 * grace + 4000, undefined, { ref: false })]);
}
