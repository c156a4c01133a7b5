import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

export const cancel: Verb = {
  name: 'cancel',
  declare: (command, act) =>
    command
      .description('cancel a run: what runs is stopped, `finally` still runs')
      .argument('<run>', 'id of the run')
      .option('--json', 'print the run after it as JSON')
      .action(act(cancelRun)),
};

async function cancelRun(io: Io, id: string, options: { json?: boolean }): Promise<number> {
  const run = await withEngine(io.env, (client) => client.cancel(id, { via: 'cli' }));
  printRun(io, run, options.json === true);
  return exit.completed;
}
