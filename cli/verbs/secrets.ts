import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { ask, readStdin } from '../lib/prompt.ts';
import type { Verb } from '../verb.ts';

const largest = 65_536;

export const secrets: Verb = {
  name: 'secrets',
  declare: (command, act) => {
    command.description('set, list and remove secrets; a value is never shown again').usage('set|list|remove');
    command
      .command('set')
      .description('set a secret; its value is read from standard input, or asked for without being shown')
      .argument('<name>')
      .option('--allow-short', 'accept a value under 6 characters, which cannot be hidden in outputs')
      .option('--json', 'print JSON')
      .action(act(set));
    command.command('list').description('list the names').option('--json', 'print a JSON array').action(act(list));
    command.command('remove').description('remove a secret').argument('<name>').option('--json', 'print JSON').action(act(remove));
  },
};

async function set(io: Io, name: string, options: { allowShort?: boolean; json?: boolean }): Promise<number> {
  const value = await readValue(io, name);
  await withEngine(io.env, (client) => client.putSecret(name, value, options.allowShort === true));
  io.out(options.json ? `${JSON.stringify({ name, set: true })}\n` : `The secret ${name} is set.\n`);
  return exit.completed;
}

/** The line end that `echo` or a here-string adds is not part of it; those inside, as in a key, are. */
async function readValue(io: Io, name: string): Promise<string> {
  const value = io.canAsk ? await ask(`Value of ${name} (not shown): `, { hidden: true }) : await piped();
  if (value === undefined || value === '') throw usage('secrets', `No value was given for ${name}: pipe it in, or enter it at a terminal.`);
  return value;
}

async function piped(): Promise<string> {
  const bytes = await readStdin(largest).catch(() => {
    throw new ProblemError(problem('output-too-large', { what: 'The value', limit: '64 KiB' }));
  });
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}

async function list(io: Io, options: { json?: boolean }): Promise<number> {
  const names = await withEngine(io.env, (client) => client.secretNames());
  if (options.json) io.out(`${JSON.stringify(names, null, 2)}\n`);
  else io.out(names.length === 0 ? 'No secret is set. `runwright secrets set NAME` sets one.\n' : `${names.join('\n')}\n`);
  return exit.completed;
}

async function remove(io: Io, name: string, options: { json?: boolean }): Promise<number> {
  const removed = await withEngine(io.env, (client) => client.removeSecret(name));
  if (!removed) throw new ProblemError(problem('secret-unknown', { secret: name }));
  io.out(options.json ? `${JSON.stringify({ name, removed: true })}\n` : `The secret ${name} is removed.\n`);
  return exit.completed;
}
