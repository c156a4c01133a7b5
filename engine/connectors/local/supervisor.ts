/**
 * The supervisor: a process of its own for each attempt of a script, in a session of its own, so that the script and the record
 * of how it ended outlive the engine.
 *
 * 1. Its job comes over stdin, never by argv, environment or file: it holds secrets.
 * 2. Its turn's claim is made, and on the disk, before the script is started; who does not get to make it, starts nothing.
 * 3. started.json is there before the first byte of output is read, ended.json after the last one is written; both whole or not at all.
 * 4. What leaves it (files, stdout) has passed the redactor; secret outputs leave it sealed.
 * 5. Nothing that happens to the engine or its pipes ends it; only being asked to stop does, after the script's group is gone.
 */
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSecretOutput, sealOutputs } from '../secret-outputs.ts';
import { claimFile, codeOf, files, writeAtomic, writeOnce, writeWhole } from './files.ts';
import { type Child, startFirst } from './launch.ts';
import { openOutputFile } from './output-file.ts';
import { processes } from './processes.ts';
import type { Ended, Frame, Job, ProcessId, Started } from './records.ts';
import { openStreams, type StreamName, streamNames } from './streams.ts';

/** Unread live output beyond this is not sent: the spool has it. */
const liveLimit = 1024 * 1024;
/** After the script's own process has ended, how long its pipes may be silent, and how long what it left behind may go on writing. */
const drain = { quiet: 250, most: 2000 };

async function main(): Promise<void> {
  const engine = new Socket({ fd: 1, readable: false, writable: true });
  engine.on('error', () => engine.destroy());
  const job = await readJob();
  // It may have been started before anybody knew for which attempt.
  process.chdir(job.folder);
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = { asked: false, promise };
  processes.onStopAsked(join(job.folder, files.stop), () => {
    stop.asked = true;
    resolve();
  });
  const send = (frame: Frame) => {
    if (engine.writable) engine.write(`${JSON.stringify(frame)}\n`);
  };

  const self = { pid: process.pid, startTime: processes.startTime(process.pid) ?? '' };
  if (!writeOnce(join(job.folder, claimFile(job.turn)), self)) return process.exit(0);

  // A fault in showing output must not leave the script unwatched.
  process.on('uncaughtException', () => {});
  const record = await supervise(job, self, stop, send, () => engine.writableLength < liveLimit);
  // First onto the disk, then told; where the disk does not take it, the engine, if it is there, has it at once.
  const written = tryToWrite(join(job.folder, files.ended), record);
  send({ ended: record });
  if (!written) await writeEnded(join(job.folder, files.ended), record);
  const flushed = new Promise<void>((resolve) => engine.end(() => resolve()));
  await Promise.race([flushed, sleep(2000)]);
  process.exit(0);
}

interface Stop {
  readonly asked: boolean;
  readonly promise: Promise<void>;
}
type Send = (frame: Frame) => void;

/** Starts the script and watches it to its end. */
async function supervise(job: Job, self: ProcessId, stop: Stop, send: Send, keepsUp: () => boolean): Promise<Ended> {
  let tools: ReturnType<typeof prepare>;
  try {
    tools = prepare(job, send, keepsUp);
  } catch (error) {
    return { ...nothing, end: { kind: 'not-started', reason: 'files', program: '', code: codeOf(error) }, time: Date.now() };
  }
  if (stop.asked)
    return { ...nothing, end: { kind: 'not-started', reason: 'stopped', program: '', code: '' }, stopped: true, time: Date.now() };
  const launched = await startFirst(job);
  if (launched.kind === 'not-started') return { ...nothing, end: launched, time: Date.now() };

  const started: Started = {
    supervisorPid: self.pid,
    supervisorStartTime: self.startTime,
    pid: launched.pid,
    // A script that has ended by now has no start time left; its record of the end will be there.
    startTime: processes.startTime(launched.pid) ?? '',
    time: Date.now(),
  };
  try {
    // Not synced: after a power cut nothing of it lives, and the claim, which is on the disk, says that it began.
    writeWhole(join(job.folder, files.started), started);
  } catch {
    // A full disk: the script runs already, so it is watched to its end all the same.
  }
  const activity = watch(launched, tools.show);
  let ended = false;
  let stopped = false;
  const stopping = stop.promise.then(async () => {
    stopped = !ended;
    await endGroup(launched.pid, job.grace);
  });
  const end = await launched.ended;
  ended = true;
  if (stop.asked) await stopping;
  await activity.drained();
  if (stop.asked) await stopping;
  const { secret, ...kept } = tools.finish();
  const key = job.secretOutputs?.key;
  const sealed = secret === undefined || key === undefined ? {} : { sealed: await sealOutputs(key, secret) };
  return { ...kept, ...sealed, end, stopped, time: Date.now() };
}

const nothing = { stopped: false, outputs: {}, tooLarge: [] };
/** Both streams' way from the script to spool and engine, and its output file. */
function prepare(job: Job, send: Send, keepsUp: () => boolean) {
  const outputFile = openOutputFile(
    join(job.folder, files.output),
    (value) => streams.mask(value),
    (name) => isSecretOutput(job.secretOutputs, name),
  );
  const streams = openStreams(job, (stream, text) => send({ stream, text }), keepsUp);
  return {
    show(name: StreamName, chunk: Buffer) {
      // Masks first: the script wrote them before it printed this.
      outputFile.poll();
      streams.show(name, chunk);
    },
    finish: () => streams.finish(outputFile.finish()),
  };
}

/** For durations: a clock that is set back must not make them longer. */
const now = () => performance.now();

/** Reads both pipes; `drained` resolves when they are closed, or silent after the end of the script's own process. */
function watch(child: Child, show: (name: StreamName, chunk: Buffer) => void) {
  let last = now();
  const closed = streamNames.map((name) => {
    const stream = child[name];
    stream.on('data', (chunk: Buffer) => {
      last = now();
      show(name, chunk);
    });
    stream.on('error', () => {});
    return new Promise<void>((resolve) => stream.once('close', resolve));
  });
  return {
    async drained(): Promise<void> {
      const all = Promise.all(closed).then(() => true);
      last = now();
      for (const from = last; now() - from < drain.most && now() - last < drain.quiet; ) {
        if (await Promise.race([all, sleep(50)])) return;
      }
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** TERM, then KILL to the whole group until nothing of it lives. */
async function endGroup(pid: number, grace: number): Promise<void> {
  processes.signalGroup(pid, 'SIGTERM');
  for (const from = now(); now() - from < grace; await sleep(25)) if (!processes.groupLives(pid)) return;
  for (const from = now(); now() - from < 5000 && processes.groupLives(pid); await sleep(25)) processes.signalGroup(pid, 'SIGKILL');
}

async function readJob(): Promise<Job> {
  try {
    return JSON.parse(process.platform === 'win32' ? await readStream() : readFileSync(0, 'utf8'));
  } catch {
    // The engine died while it sent the job: nothing has been started, and nothing will be.
    return process.exit(1);
  }
}

/** Slower to begin than to read at once, which a pipe of Windows does not always take. */
async function readStream(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Tries for a while when the disk is full; the engine, if it is there, has the record already. */
async function writeEnded(path: string, record: Ended): Promise<void> {
  for (let tries = 0; tries < 30 && !tryToWrite(path, record); tries++) await sleep(1000);
}

function tryToWrite(path: string, record: Ended): boolean {
  try {
    writeAtomic(path, record);
    return true;
  } catch {
    return false;
  }
}

// What fails before the script is started is seen by the engine as an end without a record.
main().catch(() => process.exit(1));
