import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Outcome } from '../../kernel/command.ts';
import { codeOf, files, writeAtomic } from '../local/files.ts';
import { outcomeOf } from '../local/outcome.ts';
import type { Ended } from '../local/records.ts';
import { streamNames } from '../local/streams.ts';
import { sealOutputs } from '../secret-outputs.ts';
import { stopped } from '../stopped.ts';
import { type Found, hostOf } from './collect.ts';
import type { Context, Given } from './context.ts';
import { missing, reopenStreams, type Streams, watchStreams } from './output.ts';
import { prepare } from './prepare.ts';
import type { RemoteJob } from './programs.ts';
import { readRemote, writeRemote } from './record.ts';
import { endWhenStopped, overdue, type Settled, settle } from './settle.ts';
import { leave } from './shell.ts';
import { watchForStop } from './stop.ts';

/**
 * Runs a script on the other side.
 * 1. `remote.json` says `told` before the wrapper is: without it, nothing was started.
 * 2. Whether it ended and how is what the other side wrote; a connection that ends says nothing.
 * 3. `ended.json` is on the disk before the other side is told to forget.
 */
export async function runRemotely(given: Given, name: string, job: Omit<RemoteJob, 'name'>): Promise<Outcome> {
  const { attempt } = given;
  const { folder } = attempt;
  const since = Date.now();
  rmSync(join(folder, files.stop), { force: true });
  const stop = watchForStop(attempt, since);
  const context: Context = { ...given, name, stop };
  let streams: Streams | undefined;
  try {
    writeRemote(folder, { name, told: false, time: since });
    const starting = prepare(context, { ...job, name });
    const prepared = await Promise.race([starting, stop.asked]);
    // A wrapper that was told nothing goes when its stdin ends.
    const abandon = () =>
      void starting.then(
        ({ channel }) => leave(channel),
        () => {},
      );
    if (!prepared || stop.reason()) {
      abandon();
      return stopped(stop.reason() ?? 'cancelled', attempt.timeout);
    }
    try {
      streams = watchStreams(context, prepared);
      writeRemote(folder, { name, told: true, time: since });
    } catch (error) {
      abandon();
      throw new ProblemError(problem('state-folder', { folder, why: codeOf(error) }));
    }
    prepared.channel.write('go\n');
    endWhenStopped(context);
    const code = await Promise.race([prepared.closed, overdue(context)]);
    leave(prepared.channel);
    return await conclude(context, await settle(context, code !== 0), streams);
  } finally {
    stop.dispose();
    streams?.abandon();
  }
}

/** After the engine died: as `Connector.recover` says. */
export async function recoverRemotely(given: Given): Promise<Outcome | 'not-begun' | undefined> {
  const { attempt } = given;
  const record = readRemote(attempt.folder);
  if (!record?.told) return 'not-begun';
  const stop = watchForStop(attempt, record.time);
  const context: Context = { ...given, name: record.name, stop };
  try {
    endWhenStopped(context);
    const found = await settle(context, true);
    if (found.kind === 'unbegun') return 'not-begun';
    if (found.kind !== 'ended') return undefined;
    return await conclude(context, found, reopenStreams(context));
  } finally {
    stop.dispose();
  }
}

/** What is known of the attempt, as its outcome. */
async function conclude(context: Context, found: Settled, streams: Streams): Promise<Outcome> {
  const { attempt, target, stop } = context;
  const host = hostOf(target);
  const reason = stop.reason();
  switch (found.kind) {
    case 'unbegun':
      return reason ? stopped(reason, attempt.timeout) : failed(problem('connection-cut', { host }));
    case 'absent':
      return failed(problem('remote-lost', { host }));
    case 'lost':
      // What was left of it was ended.
      return reason ? stopped(reason, attempt.timeout) : failed(problem('remote-lost', { host }));
    case 'unreachable':
      return failed(problem('connection-lost', { host, why: found.why.message.replace(/\.$/, '') }));
    case 'ended': {
      const gaps = streamNames.filter((stream) => missing(found[stream], streams.received[stream], (chunk) => streams.add(stream, chunk)));
      for (const stream of gaps) streams.add(stream, Buffer.from('\n[… what came while there was no connection is missing …]\n'));
      const { outputs, tooLarge, secret } = streams.finish(found.output);
      const key = attempt.secretOutputs?.key;
      const ended: Ended = {
        end: endOf(found),
        stopped: found.stopped,
        outputs,
        ...(secret === undefined || key === undefined ? {} : { sealed: await sealOutputs(key, secret) }),
        tooLarge: [...new Set([...tooLarge, ...gaps])],
        time: Date.now(),
      };
      try {
        writeAtomic(join(attempt.folder, files.ended), ended);
        await found.forget();
      } catch {
        // On a full disk the other side remembers, for the case that this outcome is not recorded either.
      }
      return outcomeOf(ended, attempt);
    }
  }
}

function endOf({ exitCode, why }: Extract<Found, { kind: 'ended' }>): Ended['end'] {
  const [reason, ...program] = why.split(' ');
  if (reason === 'folder') return { kind: 'not-started', reason, program: '', code: 'ENOENT' };
  if (reason === 'program') return { kind: 'not-started', reason, program: program.join(' '), code: 'ENOENT' };
  return { kind: 'exited', exitCode: Number.isInteger(exitCode) ? exitCode : 255 };
}

const failed = (error: Problem): Outcome => ({ kind: 'failed', error });
