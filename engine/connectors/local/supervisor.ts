/**
 * The supervisor: a process of its own for each attempt of a script, in a session of its own, so that the script and the record
 * of how it ended outlive the engine.
 *
 * 1. Its job comes over stdin, never by argv, environment or file: it holds secrets.
 * 2. claim.json is made before the script is started; who does not get to make it, starts nothing.
 * 3. started.json is there before the first byte of output is read, ended.json after the last one is written; both whole or not at all.
 * 4. What leaves it (files, stdout) has passed the redactor.
 * 5. Nothing that happens to the engine or its pipes ends it; only being asked to stop does, after the script's group is gone.
 */
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedactor } from '../redact/redactor.ts';
import { files, writeAtomic, writeOnce } from './files.ts';
import { type Child, startFirst } from './launch.ts';
import { openOutputFile } from './output-file.ts';
import { processes } from './processes.ts';
import type { Ended, Frame, Job, Started } from './records.ts';
import { openSpool } from './spool.ts';

/** Unread live output beyond this is not sent: the spool has it. */
const liveLimit = 1024 * 1024;
/** After the script's own process has ended, how long its pipes may be silent, and how long what it left behind may go on writing. */
const drain = { quiet: 250, most: 2000 };

async function main(): Promise<void> {
  const engine = new Socket({ fd: 1, readable: false, writable: true });
  engine.on('error', () => engine.destroy());
  const job = await readJob();
  const stop = Promise.withResolvers<void>();
  let stopAsked = false;
  processes.onStopAsked(join(job.folder, files.stop), () => {
    stopAsked = true;
    stop.resolve();
  });
  const send = (frame: Frame) => engine.writable && engine.write(`${JSON.stringify(frame)}\n`);

  const self = { pid: process.pid, startTime: processes.startTime(process.pid) ?? '' };
  if (!writeOnce(join(job.folder, files.claim), self)) return process.exit(0);

  const redactors = { stdout: createRedactor(job.secrets), stderr: createRedactor(job.secrets) };
  const outputFile = openOutputFile(join(job.folder, files.output), (value) => {
    // A mask of a character or two would hide the output itself.
    for (const text of new Set([value, ...value.split('\n')])) {
      if (text.trim().length < 3) continue;
      redactors.stdout.add(text);
      redactors.stderr.add(text);
    }
  });

  const streams = { stdout: spooled('stdout'), stderr: spooled('stderr') };
  function spooled(name: 'stdout' | 'stderr') {
    const spool = openSpool(join(job.folder, files[name]), job.spoolLimit);
    let live = true;
    return {
      write(text: string) {
        if (text === '') return;
        const whole = spool.write(text);
        if (!live) return;
        live = whole && engine.writableLength < liveLimit;
        send({ stream: name, text: live ? text : '\n[… the rest is not shown while the script runs …]\n' });
      },
      close: () => spool.close(),
    };
  }

  const launched = stopAsked ? { kind: 'not-started' as const, reason: 'stopped' as const, program: '', code: '' } : await startFirst(job);
  let end: Ended['end'];
  let stopped = stopAsked;
  if (launched.kind === 'started') {
    const started: Started = {
      supervisorPid: self.pid,
      supervisorStartTime: self.startTime,
      pid: launched.pid,
      // A script that has ended by now has no start time left; its record of the end will be there.
      startTime: processes.startTime(launched.pid) ?? '',
      time: Date.now(),
    };
    try {
      writeAtomic(join(job.folder, files.started), started);
    } catch {
      // A full disk: the script runs already, so it is watched to its end all the same.
    }
    const show = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
      outputFile.poll();
      streams[name].write(redactors[name].push(chunk));
    };
    const activity = watch(launched, show('stdout'), show('stderr'));
    let ended = false;
    const stopping = stop.promise.then(async () => {
      stopped = !ended;
      await endGroup(launched.pid, job.grace);
    });
    end = await launched.ended;
    ended = true;
    if (stopAsked) await stopping;
    await activity.drained();
    if (stopAsked) await stopping;
  } else {
    end = launched;
  }

  const found = outputFile.finish();
  for (const name of ['stdout', 'stderr'] as const) streams[name].write(redactors[name].end());
  for (const complaint of found.complaints) streams.stderr.write(`[$RUNWRIGHT_OUTPUT: ${redactors.stderr.text(complaint)}]\n`);
  const tooLarge = [...found.tooLarge, ...(['stdout', 'stderr'] as const).filter((name) => streams[name].close().dropped > 0)];
  const outputs = Object.fromEntries([...found.values].map(([name, value]) => [name, redactors.stdout.text(value)]));
  const record: Ended = { end, stopped, outputs, tooLarge, time: Date.now() };
  send({ ended: record });
  await writeEnded(join(job.folder, files.ended), record);
  const flushed = new Promise<void>((resolve) => engine.end(() => resolve()));
  await Promise.race([flushed, sleep(2000)]);
  process.exit(0);
}

/** Reads both pipes; `drained` resolves when they are closed, or silent after the end of the script's own process. */
function watch(child: Child, ...show: [(chunk: Buffer) => void, (chunk: Buffer) => void]) {
  let last = Date.now();
  const closed = [child.stdout, child.stderr].map((stream, at) => {
    stream.on('data', (chunk: Buffer) => {
      last = Date.now();
      show[at]?.(chunk);
    });
    stream.on('error', () => {});
    return new Promise<void>((resolve) => stream.once('close', resolve));
  });
  return {
    async drained(): Promise<void> {
      const all = Promise.all(closed).then(() => true);
      last = Date.now();
      for (const from = last; Date.now() - from < drain.most && Date.now() - last < drain.quiet; ) {
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
  for (const from = Date.now(); Date.now() - from < grace; await sleep(25)) if (!processes.groupLives(pid)) return;
  for (const from = Date.now(); Date.now() - from < 5000 && processes.groupLives(pid); await sleep(25))
    processes.signalGroup(pid, 'SIGKILL');
}

async function readJob(): Promise<Job> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // The engine died while it sent the job: nothing has been started, and nothing will be.
    return process.exit(1);
  }
}

/** Tries for a while when the disk is full; the engine, if it is there, has the record already. */
async function writeEnded(path: string, record: Ended): Promise<void> {
  for (let tries = 0; tries < 30; tries++) {
    try {
      return writeAtomic(path, record);
    } catch {
      await sleep(1000);
    }
  }
}

void main();
