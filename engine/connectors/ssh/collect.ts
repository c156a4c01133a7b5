import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { longestOutputFile } from '../local/output-parser.ts';
import type { Pool } from './pool.ts';
import { collectProgram, killProgram } from './programs.ts';
import { begun, ChannelCut, closing, leave, Reader } from './shell.ts';
import { nameOf, type Target } from './target.ts';

/** Milliseconds. */
const longestForget = 5000;

/** What the other side knows of an attempt. */
export type Found =
  /** Its folder is not there. */
  | { readonly kind: 'absent' }
  /** It has not begun, and cannot any more. */
  | { readonly kind: 'unbegun' }
  /** Nobody watches it any more, and nobody wrote how it ended. */
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'ended';
      readonly exitCode: number;
      /** It was told to end before it had. */
      readonly stopped: boolean;
      /** What kept it from starting: `folder`, or `program NAME`. */
      readonly why: string;
      readonly output: Buffer;
      /** With `adopt`. */
      readonly stdout: Buffer;
      readonly stderr: Buffer;
      /** Has the remote folder removed; resolves when it is, or when that takes too long. */
      forget(): Promise<void>;
    };

/** Waits until the script has ended, and fetches what it left. Rejects when the connection fails. */
export async function collect(pool: Pool, target: Target, name: string, adopt: boolean): Promise<Found> {
  const channel = await pool.shell(target);
  channel.on('error', () => {});
  channel.stderr.resume();
  const reader = new Reader(channel);
  let forgets = false;
  try {
    // One byte more than is looked at, so that a longer one is known.
    channel.write(collectProgram(name, { adopt, outputLimit: longestOutputFile + 1 }));
    await begun(hostOf(target), pool.timeout, reader.until(`${name} begin`));
    const kind = await reader.line();
    if (kind === 'absent' || kind === 'unbegun' || kind === 'lost') {
      if (kind === 'lost') await forget(channel);
      return { kind };
    }
    const part = async () => {
      const length = Number((await reader.line()).split(' ').at(-1));
      if (!(length >= 0 && length <= longestOutputFile + 1)) throw new ChannelCut('a length that makes no sense');
      const bytes = await reader.bytes(length);
      await reader.line();
      return bytes;
    };
    const exitCode = Number((await part()).toString('latin1').trim().split('\n')[0]?.trim());
    const stopped = (await reader.line()) === 'stopped';
    const why = (await part()).toString('utf8').trim();
    const output = await part();
    const [stdout, stderr] = adopt ? [await part(), await part()] : [Buffer.alloc(0), Buffer.alloc(0)];
    forgets = true;
    return { kind: 'ended', exitCode, stopped, why, output, stdout, stderr, forget: () => forget(channel) };
  } finally {
    if (forgets) channel.resume();
    else leave(channel);
  }
}

/** What the script printed may be in the folder: it is gone before the outcome is told, wherever the host allows it. */
async function forget(channel: ClientChannel): Promise<void> {
  const closed = closing(channel);
  channel.write('done\n');
  leave(channel);
  await Promise.race([closed, sleep(longestForget, undefined, { ref: false })]);
}

/** Ends the script's group over a channel of its own. */
export async function endRemotely(pool: Pool, target: Target, name: string, grace: number): Promise<void> {
  const channel = await pool.shell(target);
  channel.on('error', () => {});
  channel.resume();
  channel.stderr.resume();
  channel.end(killProgram(name, grace));
  await new Promise<void>((resolve) => channel.once('close', () => resolve()));
}

export const hostOf = (target: Target): string => nameOf(target.hops.at(-1) ?? target.hops[0]);
