import { parseDuration } from '../../runbook/core/duration.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import { usage } from '../lib/flags.ts';
import { count } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly olderThan: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const prune: Verb = {
  name: 'prune',
  declare: (command, act) =>
    command
      .description('remove runs that ended long ago, with their outputs; the hashes of their events stay')
      .option('--older-than <duration>', 'that ended longer ago than this', '90d')
      .option('--dry-run', 'only say which')
      .option('--json', 'print JSON')
      .action(act(remove)),
};

async function remove(io: Io, options: Options): Promise<number> {
  const age = parseDuration(options.olderThan);
  if (!age.ok)
    throw usage('prune', `--older-than takes a duration such as 90d or 12h, and was given ${JSON.stringify(options.olderThan)}.`);
  const report = await withEngine(io.env, (client) => client.prune(age.milliseconds, options.dryRun === true));
  if (options.json) io.out(`${JSON.stringify(report, null, 2)}\n`);
  else if (report.runs.length === 0) io.out(`No run ended longer than ${options.olderThan} ago.\n`);
  else {
    if (report.dryRun) io.out(`${report.runs.join('\n')}\n`);
    io.out(`${count(report.runs.length, 'run')} ${report.dryRun ? 'would be' : report.runs.length === 1 ? 'was' : 'were'} removed.\n`);
  }
  return exit.completed;
}
