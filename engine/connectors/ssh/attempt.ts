import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt } from '../connector.ts';
import { files, readRecord, writeAtomic } from '../local/files.ts';
import { outcomeOf } from '../local/outcome.ts';
import { createOutputParser, longestOutputFile } from '../local/output-parser.ts';
import type { Ended } from '../local/records.ts';
import { openStreams, type StreamName, streamNames } from '../local/streams.ts';
import { stopped } from '../stopped.ts';
import { collect, endRemotely, type Found, hostOf } from './collect.ts';
import { holdForMasks } from './masks.ts';
import type { Pool } from './pool.ts';
import { keptRemotely, type RemoteJob, watchProgram, wrapperCodes, wrapperProgram } from './programs.ts';
import { ChannelCut, closing, leave, Reader } from './shell.ts';
import { type Stop, watchForStop } from './stop.ts';
import type { Target } from './target.ts';

export interface SshTimes {
  /** Milliseconds between TERM and KILL. */
  readonly grace: number;
  /** Milliseconds that a host that was lost is tried to be reached again. */
  readonly patience: number;
  /** Bytes kept of each stream. */
  readonly spoolLimit: number;
}

interface Context extends SshTimes {
  readonly attempt: Attempt;
  readonly target: Target;
  readonly pool: Pool;
  readonly name: string;
  readonly stop: Stop;
}

/** In the attempt's own folder: the name of the remote one, and whether the wrapper may have been told to go. */
const recordFile = 'remote.json';
const afterStop = 15_000;

interface RemoteRecord {
  readonly name: string;
  readonly told: boolean;
  readonly time: number;
}

export function readRemote(folder: string): RemoteRecord | undefined {
  const { name, told, time } = readRecord(folder, recordFile) ?? {};
  if (typeof name !== 'string' || !/^runwright-[0-9a-f]{32}$/.test(name)) return undefined;
  return typeof told === 'boolean' && typeof time === 'number' ? { name, told, time } : undefined;
}

export const newName = (): string => `runwright-${randomBytes(16).toString('hex')}`;

/**
 * Runs a script on the other side.
 * 1. `remote.json` says `told` before the wrapper is: without it, nothing was started.
 * 2. Whether it ended and how is what the other side wrote; a connection that ends says nothing.
 * 3. `ended.json` is on the disk before the other side is told to forget.
 */
export async function runRemotely(given: Omit<Context, 'stop' | 'name'>, name: string, job: Omit<RemoteJob, 'name'>): Promise<Outcome> {
  const { attempt } = given;
  const since = Date.now();
  rmSync(join(attempt.folder, files.stop), { force: true });
  const stop = watchForStop(attempt, since);
  const context: Context = { ...given, name, stop };
  let streams: ReturnType<typeof watchStreams> | undefined;
  try {
    writeAtomic(join(attempt.folder, recordFile), { name, told: false, time: since } satisfies RemoteRecord);
    const starting = prepare(context, { ...job, name });
    const prepared = await Promise.race([starting, stop.asked]);
    if (!prepared || stop.reason()) {
      // Its wrapper was told nothing and goes when its stdin ends.
      void starting.then(
        ({ channel }) => leave(channel),
        () => {},
      );
      return stopped(stop.reason() ?? 'cancelled', attempt.timeout);
    }
    writeAtomic(join(attempt.folder, recordFile), { name, told: true, time: since } satisfies RemoteRecord);
    streams = watchStreams(context, prepared);
    prepared.channel.write('go\n');
    void stop.asked.then(() => endRemotely(context.pool, context.target, name, context.grace)).catch(() => {});
    const code = await prepared.closed;
    const found = await settle(context, code !== 0);
    return conclude(context, found, streams);
  } finally {
    stop.dispose();
    streams?.abandon();
  }
}

/** After the engine died: as `Connector.recover` says. */
export async function recoverRemotely(given: Omit<Context, 'stop' | 'name'>): Promise<Outcome | 'not-begun' | undefined> {
  const { attempt } = given;
  const record = readRemote(attempt.folder);
  if (!record?.told) return 'not-begun';
  const stop = watchForStop(attempt, record.time);
  const context: Context = { ...given, name: record.name, stop };
  try {
    void stop.asked.then(() => endRemotely(context.pool, context.target, context.name, context.grace)).catch(() => {});
    const found = await settle(context, true);
    if (found.kind === 'unbegun') return 'not-begun';
    if (found.kind !== 'ended') return undefined;
    return conclude(context, found, reopenStreams(context));
  } finally {
    stop.dispose();
  }
}

interface Prepared {
  readonly channel: ClientChannel;
  readonly closed: Promise<number | undefined>;
  /** What came after the mark. */
  readonly rest: Readonly<Record<StreamName, Buffer>>;
}

/** Everything is on the other side and waits to be told to go. Rejects with a ProblemError. */
async function prepare({ pool, target }: Context, job: RemoteJob): Promise<Prepared> {
  const channel = await pool.shell(target);
  const closed = closing(channel);
  const readers = { stdout: new Reader(channel), stderr: new Reader(channel.stderr) };
  let said = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    if (said.length < 1000) said += chunk.toString('utf8');
  });
  channel.write(wrapperProgram(job));
  try {
    await Promise.all(streamNames.map((stream) => readers[stream].until(`${job.name} ready`)));
  } catch (error) {
    if (!(error instanceof ChannelCut)) throw error;
    leave(channel);
    throw new ProblemError(whyNotPrepared(hostOf(target), await closed, said));
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

interface Streams {
  /** What came of each stream, in bytes. */
  readonly received: Readonly<Record<StreamName, number>>;
  /** More of a stream, from another source. */
  add(stream: StreamName, chunk: Buffer): void;
  finish(output: Buffer): Pick<Ended, 'outputs' | 'tooLarge'>;
  /** Closes files of an attempt that came to no end. */
  abandon(): void;
}

/** The channel's output, on its way through masks, redactor and spool. */
function watchStreams(context: Context, { channel, closed, rest }: Prepared): Streams {
  const { attempt, pool, target, name } = context;
  const streams = openStreams({ folder: attempt.folder, secrets: attempt.secrets, spoolLimit: context.spoolLimit }, (stream, text) =>
    attempt.output(stream, text),
  );
  const received = { stdout: 0, stderr: 0 };
  const live = createOutputParser((value) => streams.mask(value));
  let connected = true;
  void closed.then(() => {
    connected = false;
  });
  const held = holdForMasks({
    name,
    masks: (added) => live.push(added),
    show: streams.show,
    pause: () => {
      channel.pause();
      channel.stderr.pause();
    },
    resume: () => {
      channel.resume();
      channel.stderr.resume();
    },
  });
  const take = (stream: StreamName, chunk: Buffer) => {
    received[stream] += chunk.length;
    if (chunk.length > 0) held.push(stream, chunk);
  };
  for (const stream of streamNames) {
    take(stream, rest[stream]);
    (stream === 'stdout' ? channel : channel.stderr).on('data', (chunk: Buffer) => take(stream, chunk));
  }
  channel.resume();
  channel.stderr.resume();
  pool.shell(target).then(
    (watcher) => {
      watcher.write(watchProgram(name));
      held.watch(watcher, () => connected);
    },
    () => connected && held.giveUp(),
  );
  return finisher(streams, received, held);
}

/** The spool of the engine before us is written anew from what the other side kept; what it did not keep whole is taken from there. */
function reopenStreams(context: Context): Streams {
  const { attempt } = context;
  const before = Object.fromEntries(streamNames.map((stream) => [stream, readSpool(join(attempt.folder, files[stream]))]));
  const streams = openStreams({ folder: attempt.folder, secrets: attempt.secrets, spoolLimit: context.spoolLimit }, () => {});
  const finish = finisher(streams, { stdout: 0, stderr: 0 });
  return {
    ...finish,
    add: (stream, chunk) => finish.add(stream, chunk.length >= keptRemotely ? (before[stream] ?? chunk) : chunk),
  };
}

function readSpool(path: string): Buffer | undefined {
  try {
    const text = readFileSync(path);
    return text.length >= keptRemotely ? text : undefined;
  } catch {
    return undefined;
  }
}

function finisher(
  streams: ReturnType<typeof openStreams>,
  received: Readonly<Record<StreamName, number>>,
  held?: ReturnType<typeof holdForMasks>,
): Streams {
  const late: { readonly stream: StreamName; readonly chunk: Buffer }[] = [];
  let open = true;
  return {
    received,
    add: (stream, chunk) => void late.push({ stream, chunk }),
    finish(output) {
      open = false;
      const parser = createOutputParser((value) => streams.mask(value));
      parser.push(output.subarray(0, longestOutputFile));
      const found = parser.finish(output.length > longestOutputFile);
      held?.finish();
      for (const { stream, chunk } of late) streams.show(stream, chunk);
      return streams.finish(found);
    },
    abandon() {
      if (!open) return;
      open = false;
      held?.finish();
      streams.finish({ values: new Map(), tooLarge: [], complaints: [] });
    },
  };
}

/** Asks the other side until it answers; the reason when it does not for too long. */
async function settle(context: Context, adopt: boolean): Promise<Found | { readonly kind: 'unreachable'; readonly why: Problem }> {
  const { pool, target, name, stop, grace } = context;
  let lostAt = performance.now();
  let stopSeen: number | undefined;
  for (let wait = 250; ; wait = Math.min(wait * 2, 15_000)) {
    let why: Problem;
    try {
      const asked = stop.reason() !== undefined;
      const [found] = await Promise.all([
        collect(pool, target, name, adopt),
        // One that was asked for while the host was away.
        asked && adopt ? endRemotely(pool, target, name, grace).catch(() => {}) : undefined,
      ]);
      return found;
    } catch (error) {
      if (error instanceof ChannelCut) {
        // It was reached, so its time begins anew.
        lostAt = performance.now();
        wait = 250;
      }
      why =
        error instanceof ProblemError
          ? error.problem
          : problem('internal', { why: error instanceof Error ? error.message : String(error) });
    }
    if (stop.reason() !== undefined) stopSeen ??= performance.now();
    const now = performance.now();
    if (now - lostAt > context.patience || (stopSeen !== undefined && now - stopSeen > Math.min(context.patience, afterStop)))
      return { kind: 'unreachable', why };
    await Promise.race([sleep(wait), ...(stopSeen === undefined ? [stop.asked] : [])]);
  }
}

/** What is known of the attempt, as its outcome. */
function conclude(context: Context, found: Awaited<ReturnType<typeof settle>>, streams: Streams): Outcome {
  const { attempt, target, stop } = context;
  const host = hostOf(target);
  const reason = stop.reason();
  switch (found.kind) {
    case 'unbegun':
      return reason ? stopped(reason, attempt.timeout) : failed(problem('connection-cut', { host }));
    case 'absent':
    case 'lost':
      return reason ? stopped(reason, attempt.timeout) : failed(problem('remote-lost', { host }));
    case 'unreachable':
      return failed(problem('connection-lost', { host, why: found.why.message.replace(/\.$/, '') }));
    case 'ended': {
      const gaps = streamNames.filter((stream) => missing(found[stream], streams.received[stream], (chunk) => streams.add(stream, chunk)));
      for (const stream of gaps) streams.add(stream, Buffer.from('\n[… what came while there was no connection is missing …]\n'));
      const { outputs, tooLarge } = streams.finish(found.output);
      const ended: Ended = {
        end: endOf(found),
        stopped: reason !== undefined,
        outputs,
        tooLarge: [...new Set([...tooLarge, ...gaps])],
        time: Date.now(),
      };
      try {
        writeAtomic(join(attempt.folder, files.ended), ended);
        found.forget();
      } catch {
        // On a full disk the other side remembers, for the case that this outcome is not recorded either.
      }
      return outcomeOf(ended, attempt);
    }
  }
}

/** Adds what was kept beyond what had come; true when that is not all there was. */
function missing(kept: Buffer, received: number, add: (chunk: Buffer) => void): boolean {
  if (kept.length === 0) return false;
  if (kept.length < keptRemotely) {
    add(kept.subarray(received));
    return false;
  }
  if (received < kept.length) add(kept.subarray(received));
  return true;
}

function endOf({ exitCode, why }: Extract<Found, { kind: 'ended' }>): Ended['end'] {
  const [reason, ...program] = why.split(' ');
  if (reason === 'folder') return { kind: 'not-started', reason, program: '', code: 'ENOENT' };
  if (reason === 'program') return { kind: 'not-started', reason, program: program.join(' '), code: 'ENOENT' };
  return { kind: 'exited', exitCode: Number.isInteger(exitCode) ? exitCode : 255 };
}

const failed = (error: Problem): Outcome => ({ kind: 'failed', error });
