import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

export const resume: Verb = {
  name: 'resume',
  declare: (command, act) =>
    command
      .description('let a paused run go on')
      .argument('<run>', 'id of the run')
      .option('--json', 'print the run after it as JSON')
      .action(act(resumeRun)),
};

async function resumeRun(io: Io, id: string, options: { json?: boolean }): Promise<number> {
  const run = await withEngine(io.env, (client) => client.resume(id, { via: 'cli' }));
  printRun(io, run, options.json === true);
  return exit.completed;
}
