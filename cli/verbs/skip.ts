import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

export const skip: Verb = {
  name: 'skip',
  declare: (command, act) =>
    command
      .description('skip a step that waits, asks, or has not begun')
      .argument('<run>', 'id of the run')
      .argument('<step>', 'path of the step, as shown')
      .option('--json', 'print the run after it as JSON')
      .action(act(skipStep)),
};

async function skipStep(io: Io, id: string, step: string, options: { json?: boolean }): Promise<number> {
  const run = await withEngine(io.env, (client) => client.skip(id, { step, via: 'cli' }));
  printRun(io, run, options.json === true);
  return exit.completed;
}
