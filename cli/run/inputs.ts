import { ProblemError } from '../../runbook/core/errors.ts';
import { allowedWords, checkInput, checkInputs } from '../../runbook/core/inputs.ts';
import type { InputSpec } from '../../runbook/core/model.ts';
import { valueText } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { type Ask, asking, Interrupted } from '../lib/prompt.ts';
import { oneLine } from '../lib/safe-text.ts';

type Specs = Readonly<Record<string, InputSpec>>;

/** What a run is started with. What was given must be right; what was not is asked for, else its default counts. Throws the first problem. */
export async function completeInputs(
  io: Io,
  specs: Specs,
  given: Readonly<Record<string, string>>,
  mayAsk: boolean,
): Promise<Record<string, string>> {
  const asked = Object.entries(specs).filter(([name]) => mayAsk && !Object.hasOwn(given, name));
  // What is wrong already is said before anything is asked.
  const others = Object.fromEntries(Object.entries(specs).filter(([name]) => !asked.some(([other]) => other === name)));
  const checked = checkInputs({ ...others }, given);
  if (!checked.ok) throw new ProblemError(checked.problem);
  const answers: Record<string, string> = { ...given };
  if (asked.length === 0) return answers;
  await asking(async (ask) => {
    for (const [name, spec] of asked) {
      const answer = await askInput(io, ask, name, spec);
      if (answer !== undefined) answers[name] = answer;
    }
  });
  return answers;
}

/** Asks until the answer is right. Undefined: the default, or nothing, is taken. */
async function askInput(io: Io, ask: Ask, name: string, spec: InputSpec): Promise<string | undefined> {
  const what = spec.description ? `${oneLine(spec.description)}: ` : '';
  io.err(`${io.errStyle('dim', `${what}${oneLine(allowedWords(spec))}`)}\n`);
  const offered = spec.default !== undefined ? ` [${oneLine(valueText(spec.default))}]` : spec.required ? '' : ' (may be left out)';
  for (;;) {
    const answer = await ask(`${oneLine(name)}${offered}: `);
    if (answer === undefined) throw new Interrupted();
    if (answer === '' && (spec.default !== undefined || !spec.required)) return undefined;
    const checked = checkInput(name, spec, answer);
    if (checked.ok && answer !== '') return answer;
    if (checked.ok) io.err(`${io.errStyle('red', 'A value is needed.')}\n`);
    else io.err(`${io.errStyle('red', oneLine(checked.problem.message))} ${oneLine(checked.problem.remedy)}\n`);
  }
}
