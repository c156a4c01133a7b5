import { InvalidArgumentError } from 'commander';
import { ProblemError, problem } from '../../runbook/core/errors.ts';

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** `name=value` pairs of an option as a record; of two with the same name the last one counts. */
export function pairs(option: string, given: readonly string[] = []): Record<string, string> {
  const result: [string, string][] = [];
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw usage('run', `${option} takes NAME=VALUE, and was given ${JSON.stringify(text)}.`);
    result.push([text.slice(0, at), text.slice(at + 1)]);
  }
  return Object.fromEntries(result);
}

export function wholeNumber(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < min || number > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return number;
  };
}

export function usage(verb: string, why: string): ProblemError {
  return new ProblemError(problem('flags-wrong', { why, verb: `${verb} ` }));
}
