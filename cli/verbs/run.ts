import { resolve } from 'node:path';
import type { EngineClient } from '../../client/client.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { withEngine } from '../lib/engine.ts';
import { exit, exitOfRun } from '../lib/exit.ts';
import { collect, pairs, usage } from '../lib/flags.ts';
import { count } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { problemLines } from '../lib/problem-lines.ts';
import { loadText, mayBeStep, stepPaths } from '../lib/runbook.ts';
import { oneLine } from '../lib/safe-text.ts';
import { readSource } from '../lib/sources.ts';
import { interrupts } from '../run/interrupt.ts';
import { jsonReporter, lastLine } from '../run/json-reporter.ts';
import { liveReporter } from '../run/live-reporter.ts';
import { plainReporter } from '../run/plain-reporter.ts';
import { planRun, showPlan } from '../run/plan.ts';
import { questions } from '../run/questions.ts';
import { startRun } from '../run/start.ts';
import type { Verb } from '../verb.ts';

export interface RunOptions {
  readonly input?: readonly string[];
  readonly step?: string;
  readonly given?: readonly string[];
  readonly approve?: readonly string[];
  readonly reject?: readonly string[];
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Problems shown before a run is refused; `validate` shows all. */
const firstProblems = 5;

export const run: Verb = {
  name: 'run',
  declare: (command, act) =>
    command
      .description('run a runbook, or one of its steps, and follow it to its end')
      .argument('<file>')
      .option('--input <name=value>', 'value of an input; may be given several times', collect)
      .option('--step <path>', 'run this step alone')
      .option('--given <step.output=value>', "with --step: an output that the step refers to, instead of the last run's", collect)
      .option('--approve <step|all>', 'answer yes when this step asks; may be given several times', collect)
      .option('--reject <step>', 'answer no when this step asks; may be given several times', collect)
      .option('--detach', 'only start it')
      .option('--dry-run', 'only say what each step would do; nothing is run but what can check itself')
      .option('--json', 'print one event per line, and the run as the last one')
      .action(act(runFile)),
};

export async function runFile(io: Io, file: string, options: RunOptions): Promise<number> {
  if (options.detach && (options.approve || options.reject))
    throw usage('run', '--detach does not wait for questions, so --approve and --reject cannot go with it.');
  if (options.dryRun && (options.approve || options.reject || options.detach))
    throw usage('run', '--dry-run runs nothing, so --approve, --reject and --detach cannot go with it.');
  if (options.given && options.step === undefined) throw usage('run', '--given goes with --step.');
  const given = pairs('--input', options.input);
  const mayAsk = io.canAsk && !options.json;
  const runbook = await readRunbook(io, file);
  checkSteps(file, runbook, options);
  const [{ completeInputs }, { watch }] = await Promise.all([import('../run/inputs.ts'), import('../run/watch.ts')]);
  const inputs = await completeInputs(io, runbook.inputs, given, mayAsk && !options.detach);
  return withEngine(io.env, async (client) => {
    await warnOfMissingSecrets(io, client, runbook);
    if (options.dryRun)
      return showPlan(
        io,
        await planRun(client, { file: resolve(file), inputs, step: options.step, given: options.given }, io),
        options.json === true,
      );
    const started = await startRun(io, client, { file: resolve(file), inputs, step: options.step, given: options.given }, mayAsk);
    if (options.detach) {
      io.out(
        options.json
          ? `${JSON.stringify(lastLine(started))}\n`
          : `Run ${started.id} has started; \`runwright show ${started.id}\` tells where it stands.\n`,
      );
      return exit.completed;
    }
    const reporter = options.json ? jsonReporter(io) : io.live ? liveReporter(io) : plainReporter(io);
    const interrupt = interrupts(io, client, started.id);
    try {
      reporter.started(started);
      const answers = { approve: options.approve ?? [], reject: options.reject ?? [] };
      const { run: ended, waiting } = await watch(client, started.id, reporter, questions(io, client, answers, mayAsk), interrupt);
      reporter.ended(ended, waiting);
      return interrupt.cancelled && ended.status !== 'completed' ? exit.cancelled : exitOfRun(ended.status);
    } finally {
      reporter.pause();
      interrupt.dispose();
    }
  });
}

/** Checked here as well as by the engine: the places of problems are told at once, and no engine is started for them. */
async function readRunbook(io: Io, file: string): Promise<Runbook> {
  const text = await readSource(file);
  const { runbook, rows } = await loadText(text, file);
  if (runbook) return runbook;
  const errors = rows.filter((row) => row.severity === 'error');
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (const row of errors.slice(0, firstProblems)) io.err(`${problemLines(io.errStyle, row, lines).join('\n')}\n`);
  const [first] = errors;
  const place = first === undefined ? '' : `line ${first.line}: ${first.message}`;
  throw new ProblemError(problem('runbook-invalid', { file, count: count(errors.length, 'error'), first: place }));
}

/** A step that is misspelt in a flag is told before anything runs. */
function checkSteps(file: string, runbook: Runbook, { step, approve = [], reject = [] }: RunOptions): void {
  const known = stepPaths(runbook);
  const answered = [...approve.filter((name) => name !== 'all'), ...reject];
  const unknown = step !== undefined && !known.includes(step) ? step : answered.find((name) => !mayBeStep(runbook, name));
  if (unknown !== undefined) throw new ProblemError(problem('step-unknown', { where: file, step: unknown, known: known.join(', ') }));
}

/** Only a warning: not every run comes to the step that needs it. */
async function warnOfMissingSecrets(io: Io, client: EngineClient, runbook: Runbook): Promise<void> {
  if (runbook.secrets.length === 0) return;
  const set = await client.secretNames();
  for (const secret of runbook.secrets.filter((name) => !set.includes(name))) {
    const { message, remedy } = problem('secret-missing', { secret });
    io.err(`${io.errStyle('yellow', 'warning:')} ${oneLine(message)} ${oneLine(remedy)}\n`);
  }
}
