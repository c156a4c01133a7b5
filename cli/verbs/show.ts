import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { outputLine } from '../lib/safe-text.ts';
import { printRun } from '../lib/show-run.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly json?: boolean;
  readonly output?: string;
}

export const show: Verb = {
  name: 'show',
  declare: (command, act) =>
    command
      .description('show a run: its steps, errors, approvals and outputs')
      .argument('<run>', 'id of the run')
      .option('--output <step>', 'print what this step has written instead')
      .option('--json', 'print JSON')
      .action(act(showRun)),
};

async function showRun(io: Io, id: string, options: Options): Promise<number> {
  return withEngine(io.env, async (client) => {
    const run = await client.show(id);
    if (options.output === undefined) {
      printRun(io, run, options.json === true);
      return exit.completed;
    }
    const step = run.steps.find((found) => found.id === options.output);
    if (step === undefined) {
      const known = run.steps.map((found) => found.id).join(', ') || 'none has started';
      throw new ProblemError(problem('step-unknown', { where: `Run ${run.id}`, step: options.output, known }));
    }
    const output = await client.output(run.id, step.id);
    if (options.json) io.out(`${JSON.stringify(output, null, 2)}\n`);
    else {
      if (output.truncated) io.err('The beginning is left out.\n');
      io.out(clean(io, output.stdout));
      io.err(clean(io, output.stderr));
    }
    return exit.completed;
  });
}

/** A pipe gets the bytes as they are, a terminal what cannot harm it. */
function clean(io: Io, text: string): string {
  if (!io.terminal) return text;
  return text
    .split('\n')
    .map((line) => outputLine(line, io.colour))
    .join('\n');
}
