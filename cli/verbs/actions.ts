import { exit } from '../lib/exit.ts';
import { table } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import type { Verb } from '../verb.ts';

export const actions: Verb = {
  name: 'actions',
  declare: (command, act) => {
    command.description('the actions that `uses:` can name').usage('list');
    command.command('list').description('list them').option('--json', 'print a JSON array').action(act(list));
  },
};

async function list(io: Io, options: { json?: boolean }): Promise<number> {
  const { builtInActions } = await import('../../runbook/actions.ts');
  if (options.json) io.out(`${JSON.stringify(builtInActions, null, 2)}\n`);
  else
    io.out(
      `${table(
        ['ACTION', 'RISK', 'DESCRIPTION'],
        builtInActions.map(({ name, risk, description }) => [name, risk, description]),
      ).join('\n')}\n`,
    );
  return exit.completed;
}
