import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt } from '../connector.ts';
import { files } from '../local/files.ts';
import { createOutputParser, longestOutputFile } from '../local/output-parser.ts';
import { type Finished, openStreams, type StreamName, streamNames } from '../local/streams.ts';
import { isSecretOutput } from '../secret-outputs.ts';
import type { Context } from './context.ts';
import { holdForMasks } from './masks.ts';
import type { Prepared } from './prepare.ts';
import { keptRemotely, watchProgram } from './programs.ts';

export interface Streams {
  /** What came of each stream, in bytes. */
  readonly received: Readonly<Record<StreamName, number>>;
  /** More of a stream, from another source. */
  add(stream: StreamName, chunk: Buffer): void;
  finish(output: Buffer): Finished;
  /** Closes files of an attempt that came to no end. */
  abandon(): void;
}

/** The channel's output, on its way through masks, redactor and spool. */
export function watchStreams(context: Context, { channel, closed, rest }: Prepared): Streams {
  const { attempt, pool, target, name } = context;
  const streams = openStreams({ ...ofAttempt(attempt), spoolLimit: context.spoolLimit }, (stream, text) => attempt.output(stream, text));
  const received = { stdout: 0, stderr: 0 };
  const live = createOutputParser(
    (value) => streams.mask(value),
    (name) => isSecretOutput(attempt.secretOutputs, name),
  );
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
  return finisher(attempt, streams, received, held);
}

/** The spool of the engine before us is written anew from what the other side kept; what it did not keep whole is taken from there. */
export function reopenStreams(context: Context): Streams {
  const { attempt } = context;
  const before = Object.fromEntries(streamNames.map((stream) => [stream, readSpool(join(attempt.folder, files[stream]))]));
  const streams = openStreams({ ...ofAttempt(attempt), spoolLimit: context.spoolLimit }, () => {});
  const finish = finisher(attempt, streams, { stdout: 0, stderr: 0 });
  return {
    ...finish,
    add: (stream, chunk) => finish.add(stream, chunk.length >= keptRemotely ? (before[stream] ?? chunk) : chunk),
  };
}

const ofAttempt = ({ folder, secrets, secretOutputs }: Attempt) => ({
  folder,
  secrets,
  ...(secretOutputs === undefined ? {} : { secretOutputs }),
});

function readSpool(path: string): Buffer | undefined {
  try {
    const text = readFileSync(path);
    return text.length >= keptRemotely ? text : undefined;
  } catch {
    return undefined;
  }
}

function finisher(
  attempt: Attempt,
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
      const parser = createOutputParser(
        (value) => streams.mask(value),
        (name) => isSecretOutput(attempt.secretOutputs, name),
      );
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

/** Adds what was kept beyond what had come; true when that is not all there was. */
export function missing(kept: Buffer, received: number, add: (chunk: Buffer) => void): boolean {
  if (kept.length === 0) return false;
  if (kept.length < keptRemotely) {
    add(kept.subarray(received));
    return false;
  }
  if (received < kept.length) add(kept.subarray(received));
  return true;
}
