import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type StreamName, streamNames } from '../local/streams.ts';
import { hostOf } from './collect.ts';
import type { Context } from './context.ts';
import { type RemoteJob, wrapperCodes, wrapperProgram } from './programs.ts';
import { begun, ChannelCut, closing, leave, Reader } from './shell.ts';

export interface Prepared {
  readonly channel: ClientChannel;
  readonly closed: Promise<number | undefined>;
  /** What came after the mark. */
  readonly rest: Readonly<Record<StreamName, Buffer>>;
}

/** Everything is on the other side and waits to be told to go. Rejects with a ProblemError. */
export async function prepare({ pool, target }: Context, job: RemoteJob): Promise<Prepared> {
  const channel = await pool.shell(target);
  const closed = closing(channel);
  const readers = { stdout: new Reader(channel), stderr: new Reader(channel.stderr) };
  let said = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    if (said.length < 1000) said += chunk.toString('utf8');
  });
  channel.write(wrapperProgram(job));
  try {
    await begun(hostOf(target), pool.timeout, Promise.all(streamNames.map((stream) => readers[stream].until(`${job.name} ready`))));
  } catch (error) {
    leave(channel);
    if (!(error instanceof ChannelCut)) throw error;
    // What it says of its end is not waited for for ever.
    const code = await Promise.race([closed, sleep(pool.timeout, undefined, { ref: false })]);
    throw new ProblemError(whyNotPrepared(hostOf(target), code, said));
  }
  channel.stderr.removeAllListeners('data');
  return { channel, closed, rest: { stdout: readers.stdout.detach(), stderr: readers.stderr.detach() } };
}

function whyNotPrepared(host: string, code: number | undefined, said: string): Problem {
  const why = said.trim().split('\n').at(-1)?.slice(0, 200) || 'no reason was given';
  if (code === undefined) return problem('connection-cut', { host });
  if (code === wrapperCodes.files || code === wrapperCodes.claimed) return problem('remote-files', { host, why });
  if (code === wrapperCodes.session) return problem('remote-session', { host });
  return problem('remote-shell', { host, why: said.trim() ? why : `it ended with exit code ${code}` });
}
