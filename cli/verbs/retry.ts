import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly step?: string;
  readonly items?: boolean;
  readonly json?: boolean;
}

export const retry: Verb = {
  name: 'retry',
  declare: (command, act) =>
    command
      .description('run the steps that failed again, and what follows them')
      .argument('<run>', 'id of the run')
      .option('--step <step>', 'only this failed step, or what failed in it')
      .option('--items', 'only what failed in items of loops')
      .option('--json', 'print the run after it as JSON')
      .action(act(retryRun)),
};

async function retryRun(io: Io, id: string, { step, items, json }: Options): Promise<number> {
  const what = { ...(step === undefined ? {} : { step }), ...(items === true ? { items } : {}) };
  const run = await withEngine(io.env, (client) => client.retry(id, { ...what, via: 'cli' }));
  printRun(io, run, json === true);
  return exit.completed;
}
