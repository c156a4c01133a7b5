import type { Diagnostic } from '../diagnostic.ts';
import type { Rule } from '../rule.ts';
import { missingKey } from '../rules/missing-key.ts';
import { requiredKey } from '../rules/required-key.ts';
import { unknownKey } from '../rules/unknown-key.ts';
import { wrongType } from '../rules/wrong-type.ts';
import { wrongValue } from '../rules/wrong-value.ts';
import { rules } from '../rules.ts';
import { syntaxCodes } from '../syntax/problem.ts';

const ofSchema: readonly Rule[] = [unknownKey, requiredKey, wrongType, wrongValue];

/** Rules that look at the file as it is written, by the schema of its kind. */
export const rulesOfShape: readonly Rule[] = rules.filter((rule) => syntaxCodes.has(rule.code) || ofSchema.includes(rule));
/** All others, but for what only a runbook needs at its top. */
export const rulesOfSteps: readonly Rule[] = rules.filter((rule) => !rulesOfShape.includes(rule) && rule !== missingKey);

/** Each once, in the order of the text. `noun`: what the file is, in place of a runbook, with its article. */
export function together(noun: string, ...found: readonly (readonly Diagnostic[])[]): readonly Diagnostic[] {
  const all = new Map<string, Diagnostic>();
  for (const diagnostic of found.flat()) {
    const { code, range } = diagnostic;
    const message = inWords(diagnostic.message, noun);
    const key = `${code} ${range.start} ${range.end} ${message}`;
    if (!all.has(key)) all.set(key, { ...diagnostic, message });
  }
  return [...all.values()].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

function inWords(message: string, noun: string): string {
  const bare = noun.replace(/^an? /, '');
  return message
    .replace(/\bThe runbook\b/g, `The ${bare}`)
    .replace(/\bA runbook\b/g, noun[0]?.toUpperCase() + noun.slice(1))
    .replace(/\ba runbook\b/g, noun);
}
