import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { InputSpec, Runbook } from '../../runbook/core/model.ts';
import { valueText } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { ask, Interrupted } from '../lib/prompt.ts';
import { oneLine } from '../lib/safe-text.ts';

/** Checks values as typed and fills in defaults; throws the first problem. */
export type Check = (runbook: Runbook, given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Asks for every input that was not given, one at a time, until each is right. Given ones are checked before anything is asked. */
export async function askInputs(
  io: Io,
  runbook: Runbook,
  given: Readonly<Record<string, string>>,
  check: Check,
): Promise<Record<string, string>> {
  const complete = { ...given };
  for (const name of Object.keys(given)) {
    const spec = Object.hasOwn(runbook.inputs, name) ? runbook.inputs[name] : undefined;
    if (spec === undefined)
      throw new ProblemError(problem('input-unknown', { input: name, known: Object.keys(runbook.inputs).join(', ') || 'none' }));
    checkOne(runbook, name, spec, given[name] ?? '', check);
  }
  for (const [name, spec] of Object.entries(runbook.inputs)) {
    if (Object.hasOwn(given, name)) continue;
    const value = await askInput(io, runbook, name, spec, check);
    if (value !== undefined) complete[name] = value;
  }
  return complete;
}

/** Undefined: the default, or nothing, is taken. */
async function askInput(io: Io, runbook: Runbook, name: string, spec: InputSpec, check: Check): Promise<string | undefined> {
  if (spec.description) io.err(`${oneLine(spec.description)}\n`);
  if (spec.options) io.err(`  one of: ${spec.options.map((option) => oneLine(valueText(option))).join(', ')}\n`);
  const mayBeEmpty = spec.default !== undefined || !spec.required;
  const offered = spec.default !== undefined ? ` [${oneLine(valueText(spec.default))}]` : spec.required ? '' : ' (may be left out)';
  for (;;) {
    const answer = await ask(`${name} (${spec.type})${offered}: `);
    if (answer === undefined) throw new Interrupted();
    if (answer === '' && mayBeEmpty) return undefined;
    try {
      checkOne(runbook, name, spec, answer, check);
      return answer;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      io.err(`${io.errStyle('red', oneLine(error.problem.message))} ${oneLine(error.problem.remedy)}\n`);
    }
  }
}

function checkOne(runbook: Runbook, name: string, spec: InputSpec, value: string, check: Check): void {
  check({ ...runbook, inputs: { [name]: spec } }, { [name]: value });
}
