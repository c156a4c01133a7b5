import { Command, CommanderError } from 'commander';
import { problem } from '../runbook/core/errors.ts';
import { exit, exitOfProblem } from './lib/exit.ts';
import { asProblem, report } from './lib/fail.ts';
import { flushed, type Io, processIo } from './lib/io.ts';
import { Interrupted } from './lib/prompt.ts';
import type { Act, Verb } from './verb.ts';
import { actions } from './verbs/actions.ts';
import { answer } from './verbs/answer.ts';
import { approve } from './verbs/approve.ts';
import { ask } from './verbs/ask.ts';
import { audit } from './verbs/audit.ts';
import { cancel } from './verbs/cancel.ts';
import { doctor } from './verbs/doctor.ts';
import { edit } from './verbs/edit.ts';
import { engine } from './verbs/engine.ts';
import { generate } from './verbs/generate.ts';
import { lsp } from './verbs/lsp.ts';
import { pause } from './verbs/pause.ts';
import { prune } from './verbs/prune.ts';
import { reject } from './verbs/reject.ts';
import { resume } from './verbs/resume.ts';
import { retry } from './verbs/retry.ts';
import { rollback } from './verbs/rollback.ts';
import { run } from './verbs/run.ts';
import { runs } from './verbs/runs.ts';
import { schedule } from './verbs/schedule.ts';
import { secrets } from './verbs/secrets.ts';
import { show } from './verbs/show.ts';
import { skip } from './verbs/skip.ts';
import { trust } from './verbs/trust.ts';
import { validate } from './verbs/validate.ts';

/** In the order of the help. */
const verbs: readonly Verb[] = [
  validate,
  run,
  runs,
  show,
  approve,
  reject,
  answer,
  cancel,
  pause,
  resume,
  edit,
  skip,
  retry,
  rollback,
  ask,
  generate,
  trust,
  schedule,
  secrets,
  actions,
  engine,
  lsp,
  audit,
  prune,
  doctor,
];

declare const __VERSION__: string;

const epilogue = `
Exit codes: 0 completed · 1 failed, rejected, or problems found · 2 wrong flags, file or input · 3 waiting for a person
            4 unknown run or step · 5 refused · 6 the engine cannot be reached · 130 cancelled`;

/** Runs one command line and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const io = processIo();
  const code = await execute(argv, io);
  await flushed();
  process.exit(code);
}

async function execute(argv: readonly string[], io: Io): Promise<number> {
  const json = argv.includes('--json');
  let code: number = exit.completed;
  const act: Act =
    (work) =>
    async (...args) => {
      code = await work(io, ...args);
    };
  const program = new Command('runwright')
    .description('Validate, run and understand runbooks.')
    .version(__VERSION__, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureOutput({ writeOut: io.out, writeErr: io.out, outputError: () => undefined })
    .exitOverride()
    .addHelpText('after', epilogue);
  for (const verb of verbs) verb.declare(program.command(verb.name).helpCommand(false), act);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof Interrupted) return exit.cancelled;
    if (error instanceof CommanderError) return flags(error, program, argv, io, json);
    const found = asProblem(error);
    report(io, found, json);
    return exitOfProblem(found);
  }
}

/** Help and version are answers; everything else that commander objects to is a wrong flag. */
function flags(error: CommanderError, program: Command, argv: readonly string[], io: Io, json: boolean): number {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return exit.completed;
  if (error.code === 'commander.help') return exit.usage;
  const verb = program.commands.find((command) => command.name() === argv[0]);
  const why = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^./, (first) => first.toUpperCase())
    .replace(/([^.?)])$/, '$1.');
  report(io, problem('flags-wrong', { why, verb: verb === undefined ? '' : `${verb.name()} ` }), json);
  return exit.usage;
}
