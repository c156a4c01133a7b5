import { resolve } from 'node:path';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly file?: string;
  readonly json?: boolean;
}

export const edit: Verb = {
  name: 'edit',
  declare: (command, act) =>
    command
      .description('give a paused run the runbook as it is now, for the steps that have not begun')
      .argument('<run>', 'id of the run')
      .option('--file <file>', "another file than the run's own")
      .option('--json', 'print the run after it as JSON')
      .action(act(editRun)),
};

/** Whoever names the run, or a file for it, vouches for the text, as with `run`. */
async function editRun(io: Io, id: string, { file, json }: Options): Promise<number> {
  const what = { via: 'cli' as const, trustOnce: true, ...(file === undefined ? {} : { file: resolve(file) }) };
  const run = await withEngine(io.env, (client) => client.edit(id, what));
  printRun(io, run, json === true);
  return exit.completed;
}
