import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ScheduleView } from '../../protocol/schedule.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { oneLine } from '../lib/safe-text.ts';
import { environment } from '../run/start.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly json?: boolean;
}

export const schedule: Verb = {
  name: 'schedule',
  declare: (command, act) => {
    command.description('let the engine start runbooks at the times that their triggers say').usage('add|list|remove');
    command
      .command('add')
      .description('follow the schedules of a runbook under a trusted folder')
      .argument('<file>')
      .option('--json', 'print JSON')
      .action(act(add));
    command
      .command('list')
      .description('what is scheduled, when it comes next, and what became of the last time')
      .option('--json', 'print a JSON array')
      .action(act(list));
    command
      .command('remove')
      .description('follow them no longer; runs that were started go on')
      .argument('<file>')
      .option('--json', 'print JSON')
      .action(act(remove));
  },
};

async function add(io: Io, given: string, { json }: Options): Promise<number> {
  const file = await realpath(resolve(given)).catch(() => {
    throw new ProblemError(problem('file-missing', { file: given }));
  });
  const view = await withEngine(io.env, (client) => client.addSchedule({ file, env: environment(io.env) }));
  io.out(json ? `${JSON.stringify(view, null, 2)}\n` : `${oneLine(view.runbook)} is scheduled${nextOf(view)}.\n`);
  return exit.completed;
}

async function list(io: Io, { json }: Options): Promise<number> {
  const all = await withEngine(io.env, (client) => client.schedules());
  if (json) io.out(`${JSON.stringify(all, null, 2)}\n`);
  else io.out(all.length === 0 ? 'Nothing is scheduled. `runwright schedule add FILE` does it.\n' : all.map(linesOf).join('\n'));
  return exit.completed;
}

async function remove(io: Io, given: string, { json }: Options): Promise<number> {
  // A file that is gone can still be removed.
  const path = resolve(given);
  const file = await realpath(path).catch(() => path);
  const removed = await withEngine(io.env, (client) => client.removeSchedule(file));
  if (!removed) throw new ProblemError(problem('schedule-unknown', { file: given }));
  io.out(json ? `${JSON.stringify({ file, removed })}\n` : `${oneLine(file)} is no longer scheduled.\n`);
  return exit.completed;
}

const nextOf = ({ next }: ScheduleView): string => (next === undefined ? '' : `, next at ${next}`);

function linesOf(view: ScheduleView): string {
  const { file, runbook, schedules, last, error } = view;
  const lines = [
    `${oneLine(runbook)} (${oneLine(file)})${nextOf(view)}`,
    ...schedules.map(({ cron, timezone }) => `  ${cron} ${timezone}`),
  ];
  if (last !== undefined) lines.push(`  last at ${last.at}: ${last.run ?? oneLine(last.error?.message ?? '')}`);
  if (error !== undefined) lines.push(`  cannot run now: ${oneLine(error.message)}`);
  return `${lines.join('\n')}\n`;
}
