import { readFile, rm } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { stateFolder } from '../protocol/daemon.ts';
import { protocolVersion } from '../protocol/version.ts';
import { ProblemError, problem } from '../runbook/core/errors.ts';
import { createApi } from './api/server.ts';
import { removeOtherCopies } from './copies.ts';
import { Idle } from './idle.ts';
import { writeAtomic } from './local/atomic-file.ts';
import { composeRuntime } from './local/compose.ts';
import { Journal } from './local/journal/journal.ts';
import { openLog } from './log.ts';
import { prepareStateFolder } from './state-folder.ts';
import { callers, openTokens } from './tokens.ts';

/** Written in by the build. */
declare const __VERSION__: string;
const version = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0';
const fifteenMinutes = 900;
/** Milliseconds that actions inside the engine have to end when a newer one waits for its place. */
const drainGrace = 60_000;

/**
 * The daemon from start to end. Order of start: folder, lock, recovery, then port and daemon.json; of the end: the reverse,
 * so that whoever finds daemon.json finds an engine that is whole. Rejects with a ProblemError when it may not start.
 */
export async function runDaemon(): Promise<void> {
  const folder = stateFolder(process.env, process.platform, homedir());
  await prepareStateFolder(folder);
  const log = openLog(folder);
  // Half an engine is worse than none: the next client starts a whole one, which recovers.
  const die = (error: unknown) => {
    log(`ended by an error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(70);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);

  const journal = new Journal(folder);
  const tokens = await openTokens(folder).catch(unusable(folder));
  const runtime = await composeRuntime({ folder, journal, supervisorPath: join(dirname(process.argv[1] ?? ''), 'supervisor.cjs'), log });
  for (const { run, why } of journal.damages.values()) log(`the journal of run ${run} is damaged: ${why}`);
  await runtime.recover();

  let ending = false;
  const end = async (why: string, grace?: number) => {
    if (ending) return;
    ending = true;
    log(`stopping: ${why}`);
    idle.close();
    await forgetDaemon(folder);
    await runtime.stop(grace);
    await app.close();
    journal.close();
    log('stopped');
    process.exit(0);
  };
  const stop = (why: string, grace?: number) => void end(why, grace).catch(die);
  const idle = new Idle({ after: idleSeconds() * 1000, active: () => runtime.active, end: () => stop('idle') });
  const app = await createApi({
    runtime,
    health: { product: 'runwright', version, protocol: protocolVersion, schema: journal.schema, pid: process.pid },
    identity: tokens.identity,
    callerOf: callers(tokens),
    log,
    activity: (connections) => idle.touch(connections),
    // The answer goes out first.
    shutdown: (drain) => void setTimeout(() => (drain ? stop('a newer version takes over', drainGrace) : stop('asked to')), 50),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  const place = { pid: process.pid, port, protocol: protocolVersion, version };
  await writeAtomic(join(folder, 'daemon.json'), `${JSON.stringify(place)}\n`).catch(unusable(folder));
  void removeOtherCopies(folder, dirname(process.argv[1] ?? ''));
  // At its end would be too late for one that is killed.
  flushCompileCache();
  log(`engine ${version} listens on 127.0.0.1:${port}, Node ${process.versions.node}`);
}

const unusable = (folder: string) => (error: Error) => {
  throw new ProblemError(problem('state-folder', { folder, why: error.message }));
};

function idleSeconds(): number {
  const given = Number(process.env.RUNWRIGHT_IDLE);
  return Number.isFinite(given) && given > 0 ? given : fifteenMinutes;
}

/** Only our own: a later engine may have written its own by now. */
async function forgetDaemon(folder: string): Promise<void> {
  const file = join(folder, 'daemon.json');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.includes(`"pid":${process.pid},`)) await rm(file, { force: true });
}
