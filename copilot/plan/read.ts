import type { ActionView } from '../../protocol/lsp.ts';
import type { Json } from '../../runbook/core/json.ts';
import { type Risk, risks } from '../../runbook/core/model.ts';
import { byName } from './by-name.ts';
import { type Clause, clausesOf } from './clauses.ts';
import { refang } from './entities.ts';
import { type Around, type Known, nothingKnown, type Phrase } from './phrase.ts';
import { phrases } from './phrases.ts';
import type { Missing, Plan, PlannedAction } from './plan.ts';
import { imperative, isNoRequest, isRefused, mended } from './requests.ts';

export interface Reading {
  /** What `uses` may name: phrases of actions that are not there are not heard. */
  readonly catalog: readonly ActionView[];
  readonly known?: Known;
}

/** Longest sentence that is taken apart; a longer text is a report, not a request. */
const longest = 4000;

/** What a sentence would do; undefined when it names no action of the catalogue. Words alone decide, and nothing is carried out. */
export function readPlan(sentence: string, { catalog, known = nothingKnown }: Reading): Plan | undefined {
  if (sentence.length > longest || isNoRequest(sentence)) return undefined;
  const text = imperative(refang(sentence));
  const called = byName(text, catalog);
  if (called !== undefined) return called;
  const names = new Set(catalog.map(({ name }) => name));
  const available = phrases.filter(({ uses }) => names.has(uses));
  const found: Draft[] = [];
  const said: Record<string, Json[]> = {};
  for (const clause of clausesOf(text)) {
    const around = {
      text,
      known,
      said,
      before: found.map(({ action }, index) => ({ ...action, id: stepIds(found.map(({ action: { uses } }) => uses))[index] ?? '' })),
    };
    const phrase = heard(available, clause.text) ?? heard(available, mended(clause.text)) ?? again(clause, found);
    if (phrase === undefined || isSaidOnly(phrase, clause)) continue;
    found.push(...drafts(phrase, clause, around));
    for (const [parameter, value] of found.slice(-1).flatMap(({ action }) => Object.entries(action.with)))
      said[parameter] = [value, ...(said[parameter] ?? [])];
  }
  if (found.length === 0) return undefined;
  return planOf(found, catalog, known);
}

const heard = (available: readonly Phrase[], text: string): Phrase | undefined =>
  available.find(({ says, unless }) => says.test(text) && unless?.test(text) !== true);

interface Draft {
  readonly action: PlannedAction;
  readonly phrase: Phrase;
  readonly clause: Clause;
  /** Something was taken from what is known from elsewhere. */
  readonly pointed: boolean;
}

/** "Don't block it", and what stands in quotes: words that are understood, and want nothing. */
function isSaidOnly({ says }: Phrase, { text, entities }: Clause): boolean {
  const at = says.exec(text)?.index ?? 0;
  return isRefused(text.slice(0, at)) || entities.some((entity) => entity.kind === 'quoted' && entity.at < at && at < entity.end);
}

/** "Block 192.0.2.1, and 192.0.2.2": a part that only goes on with things is about the action before. */
const again = ({ text, entities }: Clause, found: readonly Draft[]): Phrase | undefined =>
  entities.length > 0 && /^[\s,]*(?:and|also|plus)?\s*\S+\s*(?:too|as well)?\s*$/i.test(text) ? found.at(-1)?.phrase : undefined;

/** Inputs that words such as "the attacker" stand for. */
const pointable = new Set(['ip', 'host', 'users', 'indicator', 'indicators']);

function drafts(phrase: Phrase, clause: Clause, around: Around): Draft[] {
  const values: Record<string, Json> = {};
  let pointed = false;
  for (const slot of phrase.slots) {
    const value = slot.find(clause, around);
    if (value === undefined) continue;
    values[slot.parameter] = value;
    pointed ||= pointable.has(slot.parameter) && typeof value === 'string' && !around.text.includes(value);
  }
  const { each } = phrase;
  const many = each === undefined ? undefined : values[each];
  const all = each !== undefined && Array.isArray(many) ? many.map((value) => ({ ...values, [each]: value })) : [values];
  return all.map((given) => ({ action: { uses: phrase.uses, with: given, summary: phrase.summary(given) }, phrase, clause, pointed }));
}

function planOf(found: readonly Draft[], catalog: readonly ActionView[], known: Known): Plan {
  const missing = found.flatMap(({ action, phrase, clause }, index) => missingOf(action, phrase, index, clause, known));
  const confidence = Math.min(...found.map(({ phrase, pointed }) => (phrase.confidence ?? 0.95) - (pointed ? 0.1 : 0)));
  return {
    actions: found.map(({ action }) => action),
    missing,
    confidence,
    risk: highest(
      found.map(({ action }) => action.uses),
      catalog,
    ),
  };
}

function missingOf(action: PlannedAction, { slots }: Phrase, index: number, clause: Clause, known: Known): Missing[] {
  return slots.flatMap(({ parameter, ask }): Missing[] => {
    if (ask === undefined || action.with[parameter] !== undefined) return [];
    if (ask.unless !== undefined && action.with[ask.unless] !== undefined) return [];
    const around: Around = { text: clause.text, known, said: {}, before: [] };
    return [{ action: action.uses, index, parameter, question: ask.question, options: ask.options?.(around) ?? [] }];
  });
}

export const highest = (uses: readonly string[], catalog: readonly ActionView[]): Risk =>
  risks[Math.max(0, ...uses.map((name) => risks.indexOf(catalog.find((manifest) => manifest.name === name)?.risk ?? 'medium')))] ??
  'medium';

/** Ids of the steps that the actions become, numbered where one comes again. */
export function stepIds(uses: readonly string[]): string[] {
  const taken = new Set<string>();
  return uses.map((name) => {
    const base = (/_/.test(name) ? (name.split('/').at(-1) ?? name) : name).replaceAll(/[/_.]/g, '-');
    let id = base;
    for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
    taken.add(id);
    return id;
  });
}
