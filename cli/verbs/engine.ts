import { readFile } from 'node:fs/promises';
import { EngineError } from '../../client/errors.ts';
import { runBundle } from '../lib/child.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly json?: boolean;
}

export const engine: Verb = {
  name: 'engine',
  declare: (command, act) => {
    command
      .description('run the engine in the foreground; other commands start it by themselves')
      .action(act((io) => runBundle('engine.cjs', [], io.env)));
    command.command('status').description('tell whether the engine runs').option('--json', 'print JSON').action(act(status));
    command
      .command('stop')
      .description('stop the engine; runs go on when it is started again')
      .option('--json', 'print JSON')
      .action(act(stop));
  },
};

async function status(io: Io, options: Options): Promise<number> {
  const health = await ifRunning(io, async (client) => client.health);
  if (options.json)
    io.out(
      `${JSON.stringify(health === undefined ? { running: false } : { running: true, version: health.version, protocol: health.protocol, schema: health.schema, pid: health.pid }, null, 2)}\n`,
    );
  else
    io.out(
      health === undefined
        ? 'The engine is not running; the next command that needs it starts it.\n'
        : `The engine runs: version ${health.version}, process ${health.pid}.\n`,
    );
  return health === undefined ? exit.unreachable : exit.completed;
}

async function stop(io: Io, options: Options): Promise<number> {
  const pid = await ifRunning(io, async (client) => {
    await client.shutdown();
    return client.health.pid;
  });
  if (pid !== undefined) await gone(pid);
  if (options.json) io.out(`${JSON.stringify({ stopped: pid !== undefined })}\n`);
  else io.out(pid === undefined ? 'The engine was not running.\n' : 'The engine has stopped.\n');
  return exit.completed;
}

/** Undefined when no engine runs; it is not started for this. */
async function ifRunning<T>(io: Io, work: Parameters<typeof withEngine<T>>[1]): Promise<T | undefined> {
  try {
    return await withEngine(io.env, work, { start: false });
  } catch (error) {
    if (error instanceof EngineError && error.error.code === 'engine-unreachable') return undefined;
    throw error;
  }
}

/** Waits for the process to end, so that the state folder is free when the command returns. */
async function gone(pid: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline && (await lives(pid))) await new Promise((resolve) => setTimeout(resolve, 25));
}

/** One that has ended but that nobody has collected yet (state Z on Linux) is gone too. */
async function lives(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(stat);
}
