import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

export const rollback: Verb = {
  name: 'rollback',
  declare: (command, act) =>
    command
      .description('undo what a failed or paused run has done')
      .argument('<run>', 'id of the run')
      .option('--json', 'print the run after it as JSON')
      .action(act(rollbackRun)),
};

async function rollbackRun(io: Io, id: string, options: { json?: boolean }): Promise<number> {
  const run = await withEngine(io.env, (client) => client.rollback(id, { via: 'cli' }));
  printRun(io, run, options.json === true);
  return exit.completed;
}
