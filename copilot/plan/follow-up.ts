import type { ActionView } from '../../protocol/lsp.ts';
import type { Json } from '../../runbook/core/json.ts';
import { propertiesOf, typed } from './by-name.ts';
import { refang } from './entities.ts';
import { phrases } from './phrases.ts';
import type { Plan } from './plan.ts';

/** An answer to the first question that is open. `unclear`: it says nothing that fits; `cancel`: the person wants none of it. */
export type FollowUp = { readonly kind: 'plan'; readonly plan: Plan } | { readonly kind: 'cancel' } | { readonly kind: 'unclear' };

const cancels =
  /^\s*(?:(?:oh|ok(?:ay)?|well|actually|sorry|no(?:pe)?|cancel(?: (?:it|that|this|everything))?|stop(?: it)?|abort|never ?mind|forget (?:it|that|about it)|don[’']?t(?: (?:do|bother)(?: (?:it|that|anything))?)?|do not|leave it|not (?:now|yet)|drop it|nothing|quit|thanks?(?: you)?|please)[\s,.!;-]*)+$/i;

/** Fills the first missing piece of a plan from an answer in words or from a suggestion. */
export function answerFollowUp(plan: Plan, said: string, catalog: readonly ActionView[]): FollowUp {
  const answer = refang(said);
  const [open, ...later] = plan.missing;
  if (open === undefined) return { kind: 'unclear' };
  if (cancels.test(answer) && !/^\s*(?:oh|ok(?:ay)?|well|actually|sorry|thanks?(?: you)?|please)[\s,.!]*$/i.test(answer))
    return { kind: 'cancel' };
  const phrase = phrases.find(({ uses }) => uses === open.action);
  const ask = phrase?.slots.find(({ parameter }) => parameter === open.parameter)?.ask;
  const value = ask?.read(answer) ?? (ask === undefined ? plainly(answer, open.action, open.parameter, catalog) : undefined);
  if (value === undefined) return { kind: 'unclear' };
  // Said once, it holds for the same action on other things too: "block A and B" asks once for how long.
  const same = later.filter(
    ({ action, parameter }) => action === open.action && parameter === open.parameter && parameter !== phrase?.each,
  );
  const indexes = new Set([open, ...same].map(({ index }) => index));
  const actions = plan.actions.map((action, index) => {
    if (!indexes.has(index)) return action;
    const given = { ...action.with, [open.parameter]: value };
    return { ...action, with: given, summary: phrase?.summary(given) ?? action.summary };
  });
  return { kind: 'plan', plan: { ...plan, actions: told(actions, plan), missing: later.filter((piece) => !same.includes(piece)) } };
}

/** A message that was made of what the others do says it anew. */
function told(actions: Plan['actions'], before: Plan): Plan['actions'] {
  return actions.map((action, index) => {
    const old = before.actions
      .slice(0, index)
      .map(({ summary }) => summary)
      .join('; ');
    const now = actions
      .slice(0, index)
      .map(({ summary }) => summary)
      .join('; ');
    const text = action.with.text;
    if (action.uses !== 'notify/analysts' || old === '' || old === now || typeof text !== 'string' || !text.endsWith(old)) return action;
    const given: Record<string, Json> = { ...action.with, text: text.slice(0, text.length - old.length) + now };
    return { ...action, with: given, summary: phrases.find(({ uses }) => uses === action.uses)?.summary(given) ?? action.summary };
  });
}

function plainly(answer: string, action: string, parameter: string, catalog: readonly ActionView[]): Json | undefined {
  const manifest = catalog.find(({ name }) => name === action);
  const property = manifest && propertiesOf(manifest)[parameter];
  const text = answer.trim();
  if (text === '') return undefined;
  const choice = property?.enum?.find((value) => String(value).toLowerCase() === text.toLowerCase());
  if (property?.enum !== undefined) return choice;
  return typed(text, property?.type);
}
