import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { oneLine } from '../lib/safe-text.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly remove?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

export const trust: Verb = {
  name: 'trust',
  declare: (command, act) =>
    command
      .description('let runbooks in a folder, and in those below it, be run')
      .argument('[folder]')
      .option('--remove', 'trust it no longer')
      .option('--list', 'list the trusted folders')
      .option('--json', 'print the trusted folders as a JSON array')
      .action(act(change)),
};

async function change(io: Io, given: string | undefined, options: Options): Promise<number> {
  if ((options.list === true) === (given !== undefined) || (options.list && options.remove))
    throw usage('trust', 'Give a folder, or --list alone.');
  const folder = given === undefined ? undefined : await folderPath(given, options.remove === true);
  const folders = await withEngine(io.env, async (client) => {
    if (folder !== undefined) await client.setTrust(folder, options.remove !== true);
    return client.trusted();
  });
  if (options.json) io.out(`${JSON.stringify(folders, null, 2)}\n`);
  else if (folder !== undefined) io.out(`${oneLine(folder)} is ${options.remove ? 'no longer trusted' : 'trusted'}.\n`);
  else io.out(folders.length === 0 ? 'No folder is trusted.\n' : `${folders.map(oneLine).join('\n')}\n`);
  return exit.completed;
}

/** Absolute, with links followed, so that what is trusted is the folder itself; one that is gone can still be removed. */
async function folderPath(given: string, mayBeGone: boolean): Promise<string> {
  const path = resolve(given);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return realpath(path);
  if (mayBeGone) return path;
  if (found)
    throw new ProblemError(
      problem('file-unreadable', { file: given, why: 'it is not a folder' }, { remedy: 'Give the folder that the file is in.' }),
    );
  throw new ProblemError(problem('file-missing', { file: given }));
}
