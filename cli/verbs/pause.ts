import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

export const pause: Verb = {
  name: 'pause',
  declare: (command, act) =>
    command
      .description('pause a run: what runs goes on, nothing new starts')
      .argument('<run>', 'id of the run')
      .option('--json', 'print the run after it as JSON')
      .action(act(pauseRun)),
};

async function pauseRun(io: Io, id: string, options: { json?: boolean }): Promise<number> {
  const run = await withEngine(io.env, (client) => client.pause(id, { via: 'cli' }));
  printRun(io, run, options.json === true);
  return exit.completed;
}
