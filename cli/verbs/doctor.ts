import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { plainText } from '../lib/safe-text.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly json?: boolean;
}

export const doctor: Verb = {
  name: 'doctor',
  declare: (command, act) =>
    command.description('look for what keeps the engine from working').option('--json', 'print a JSON array').action(act(examine)),
};

async function examine(io: Io, options: Options): Promise<number> {
  const [{ looks }, { stateFolder }] = await Promise.all([import('../lib/checks.ts'), import('../../protocol/daemon.ts')]);
  const folder = resolve(stateFolder(io.env, process.platform, homedir()));
  const found = [];
  for (const look of looks) found.push(await look(io.env, folder));
  if (options.json) io.out(`${JSON.stringify(found, null, 2)}\n`);
  else
    for (const { check, ok, message, remedy } of found)
      io.out(
        `${ok ? io.style('green', 'ok     ') : io.style('red', 'problem')} ${check.padEnd(12)} ${plainText(message)}${remedy === undefined ? '' : `\n${' '.repeat(21)}${plainText(remedy)}`}\n`,
      );
  return found.every(({ ok }) => ok) ? exit.completed : exit.failed;
}
