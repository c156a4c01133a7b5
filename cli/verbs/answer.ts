import { openQuestion } from '../lib/decide.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly succeeded?: boolean;
  readonly failed?: boolean;
  readonly repeat?: boolean;
  readonly note?: string;
  readonly json?: boolean;
}

export const answer: Verb = {
  name: 'answer',
  declare: (command, act) =>
    command
      .description('say what became of a step whose outcome is not known')
      .argument('<run>', 'id of the run')
      .argument('<step>', 'path of the step, as shown')
      .option('--succeeded', 'it took effect')
      .option('--failed', 'it failed')
      .option('--repeat', 'run it again')
      .option('--note <text>', 'recorded with the answer')
      .option('--json', 'print the run after it as JSON')
      .action(act(say)),
};

async function say(io: Io, id: string, step: string, options: Options): Promise<number> {
  const given = (['succeeded', 'failed', 'repeat'] as const).filter((name) => options[name]);
  const [only] = given;
  if (only === undefined || given.length > 1) throw usage('answer', 'Give exactly one of --succeeded, --failed and --repeat.');
  return withEngine(io.env, async (client) => {
    openQuestion(await client.show(id), step, 'unknown-outcome');
    const run = await client.answer(id, { step, answer: only, via: 'cli', ...(options.note === undefined ? {} : { note: options.note }) });
    printRun(io, run, options.json === true);
    return exit.completed;
  });
}
