import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { type Contexts, escapePointer, resolveRecord, type SecretParts } from '../../runbook/core/expression.ts';
import { checkInputs } from '../../runbook/core/inputs.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { InputSpec } from '../../runbook/core/model.ts';
import { type PackInfo, permits } from '../../runbook/core/pack.ts';

/** What an action of one's own is given: that, and no other secret. Inputs that hold a secret are empty in `inputs`. */
export interface ActionInputs {
  readonly inputs: Readonly<Record<string, Json>>;
  readonly secretInputs: Readonly<Record<string, SecretParts>>;
}

/** `with` of a step that uses an action, resolved. Throws a ProblemError for a secret inside a list or an object: nothing could take it out again. */
export function givenInputs(action: string, written: Readonly<Record<string, Json>>, contexts: Contexts): ActionInputs {
  const { value, secretTexts } = resolveRecord(written, { ...contexts, where: `${contexts.where}, with`, secretsAllowed: true });
  const secretInputs: Record<string, SecretParts> = {};
  for (const { at, parts } of secretTexts) {
    const name = Object.keys(value).find((key) => at === `/${escapePointer(key)}`);
    if (name === undefined) throw wrong(action, `a secret inside ${at.slice(1)}: an input is either a text with the secret, or holds none`);
    secretInputs[name] = parts;
  }
  return { inputs: value, secretInputs };
}

/** Held against what the action declares, and completed with defaults. What a secret looks like is nobody's business but that it is text. */
export function checkedInputs(
  action: string,
  specs: Readonly<Record<string, InputSpec>>,
  { inputs, secretInputs }: ActionInputs,
): ActionInputs {
  const held = new Set(Object.keys(secretInputs));
  for (const name of held) {
    const type = Object.hasOwn(specs, name) ? specs[name]?.type : undefined;
    if (type !== undefined && type !== 'string') throw wrong(action, `the input ${name} is of type ${type}, and a secret is text`);
  }
  const open = Object.entries(specs).map(([name, spec]): [string, InputSpec] => [name, held.has(name) ? { type: 'string' } : spec]);
  const checked = checkInputs(Object.fromEntries(open), inputs);
  if (!checked.ok) throw wrong(action, `${checked.problem.message} ${checked.problem.remedy}`.replace(/\.$/, ''));
  return { inputs: checked.value, secretInputs };
}

/** A pack gets no secret that it does not name, whichever way it came: by name, in a variable, or through an action around it. Throws `pack-permission`. */
export function checkHanded(action: string, { permissions: { secrets } }: PackInfo, { secretInputs }: ActionInputs): void {
  const handed = Object.values(secretInputs).flatMap((parts) => parts.flatMap((part) => (typeof part === 'string' ? [] : [part])));
  // A secret output has no name that a pack could know.
  const more = handed.find(({ secret, path }) => !(path === undefined ? permits(secrets, secret) : secrets.includes('*')));
  if (more === undefined) return;
  const allowed = secrets.length === 0 ? 'no secret' : `the secrets ${secrets.join(', ')}`;
  throw new ProblemError(problem('pack-permission', { action, allowed, why: `the step hands ${more.secret} to it` }));
}

const wrong = (action: string, why: string) => new ProblemError(problem('action-input', { action, why }));
