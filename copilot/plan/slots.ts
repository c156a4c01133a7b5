import type { Json } from '../../runbook/core/json.ts';
import type { Clause } from './clauses.ts';
import { durationWords, readDuration } from './duration.ts';
import { type EntityKind, entitiesIn, refang, valuesOf } from './entities.ts';
import { hostsIn, usersIn } from './names.ts';
import type { Around, Known, Slot } from './phrase.ts';

/** Words that point at what is known from elsewhere. */
const pointing =
  /\b(?:it|its|them|they|this|that|these|those|the|attack(?:er|ing|er's)?|malicious|offending|suspicious|bad|same|affected|infected|compromised|source)\b/i;

const pointed = (known: readonly string[], said: readonly Json[] | undefined, { text }: Clause): Json | undefined =>
  said?.[0] ?? (pointing.test(text) ? known[0] : undefined);

const ofKinds = (text: string, ...kinds: readonly EntityKind[]): string[] => valuesOf(entitiesIn(refang(text)), ...kinds);
const one = (values: readonly string[]): Json | undefined => (values.length > 1 ? [...values] : values[0]);
const options = (known: readonly string[]): readonly string[] => known.slice(0, 4);

/** Without what is excepted: "block 192.0.2.1, not 192.0.2.2". */
const wantedOf = ({ text, entities }: Clause, ...kinds: readonly EntityKind[]): string[] =>
  valuesOf(
    entities.filter(
      ({ at }) =>
        !/\b(?:not|except(?: for)?|but not|other than|without|instead of|rather than)\s+(?:the\s+)?(?:ip\s+|address\s+)?$/i.test(
          text.slice(0, at),
        ),
    ),
    ...kinds,
  );

/** An address or range; several are several actions. */
export const address = (parameter: string, question: string): Slot => ({
  parameter,
  find: (clause, { known, said }) => one(wantedOf(clause, 'address')) ?? pointed(known.addresses, said[parameter], clause),
  ask: { question, options: ({ known }) => options(known.addresses), read: (answer) => ofKinds(answer, 'address')[0] },
});

/** In seconds, or `permanent`. The sentence may say it once for all of its actions, at its end. */
export const duration = (parameter: string, question: string | undefined): Slot => ({
  parameter,
  find(clause, { text, said }) {
    const own = clause.entities.find(({ kind }) => kind === 'duration')?.value;
    // What must be known is looked for in the whole sentence; what need not be said is only taken where it is said.
    const elsewhere = question === undefined ? undefined : (said[parameter]?.[0] ?? valuesOf(entitiesIn(text), 'duration')[0]);
    const anywhere = own ?? elsewhere;
    return anywhere === undefined ? undefined : seconds(String(anywhere));
  },
  ...(question === undefined
    ? {}
    : { ask: { question, options: () => ['1 hour', '24 hours', '7 days', 'permanently'], read: (answer) => valueOfDuration(answer) } }),
});
const seconds = (value: string): Json => (value === 'permanent' ? value : Number(value));
const valueOfDuration = (answer: string): Json | undefined => {
  const found = entitiesIn(answer).find(({ kind }) => kind === 'duration')?.value;
  return found === undefined ? readDuration(answer) : seconds(found);
};

export const host = (parameter: string, question: string | undefined): Slot => ({
  parameter,
  find: (clause, { known, said }) => one(hostsOf(clause.text, clause)) ?? pointed(known.hosts, said[parameter] ?? said.host, clause),
  ...(question === undefined ? {} : { ask: { question, options: ({ known }) => options(known.hosts), read: hostAnswer } }),
});
function hostsOf(text: string, { entities }: Pick<Clause, 'entities'>): string[] {
  const machines = valuesOf(entities, 'domain', 'address');
  const named = hostsIn(blank(text, entities));
  return named.length > 0 ? named : machines;
}
const hostAnswer = (answer: string): Json | undefined => {
  const entities = entitiesIn(refang(answer));
  const found = hostsOf(answer, { entities })[0];
  return found ?? (/^[\w.-]{1,253}$/.test(answer.trim()) ? answer.trim() : undefined);
};

/** Other entities hold what looks like names. */
export const blank = (text: string, entities: Clause['entities']): string =>
  entities.reduce((rest, { at, end }) => rest.slice(0, at) + ' '.repeat(end - at) + rest.slice(end), text);

export const users = (parameter: string, question: string): Slot => ({
  parameter,
  find(clause, { known, said }) {
    const named = [...usersIn(clause.text), ...valuesOf(clause.entities, 'email')];
    if (named.length > 0) return [...new Set(named)];
    if (said[parameter]?.[0] !== undefined) return said[parameter][0];
    return pointing.test(clause.text) && known.users.length > 0 ? [...known.users] : undefined;
  },
  ask: {
    question,
    options: ({ known }) => options(known.users),
    read(answer) {
      const names = [...usersIn(answer), ...ofKinds(answer, 'email')];
      const plain = answer.split(/\s*(?:,|\band\b|&)\s*|\s+/).filter((name) => /^[\w.@$-]{1,120}$/.test(name));
      return names.length > 0 ? [...new Set(names)] : plain.length > 0 ? plain : undefined;
    },
  },
});

/** Addresses, domains, links and hashes. */
export const indicators = (parameter: string, question: string | undefined, many: boolean, unless?: string): Slot => ({
  parameter,
  find(clause, { known, said, text }) {
    const found = valuesOf(clause.entities, 'url', 'hash', 'address', 'domain', 'email');
    if (found.length > 0) return many ? found : one(found);
    const before =
      said[parameter]?.[0] ??
      said.indicator?.[0] ??
      said.indicators?.[0] ??
      said.ip?.[0] ??
      one(ofKinds(text, 'url', 'hash', 'address', 'domain'));
    const pointed = before ?? (pointing.test(clause.text) ? (many ? nonEmpty(known.indicators) : known.indicators[0]) : undefined);
    return many && typeof pointed === 'string' ? [pointed] : !many && Array.isArray(pointed) && pointed.length === 1 ? pointed[0] : pointed;
  },
  ...(question === undefined
    ? {}
    : {
        ask: {
          question,
          ...(unless === undefined ? {} : { unless }),
          options: ({ known }: Around) => options(known.indicators),
          read(answer: string) {
            const found = ofKinds(answer, 'url', 'hash', 'address', 'domain', 'email');
            return found.length === 0 ? undefined : many ? found : found[0];
          },
        },
      }),
});
export const nonEmpty = (values: readonly string[]): Json | undefined => (values.length > 0 ? [...values] : undefined);

export const filesIn = (text: string): string[] => ofKinds(text, 'file');

/** `nth` of the files that the clause names. */
export const file = (parameter: string, question: string | undefined, nth = 0, only?: RegExp): Slot => ({
  parameter,
  find: (clause) => valuesOf(clause.entities, 'file', 'quoted').filter((name) => only?.test(name) ?? /[./]/.test(name))[nth],
  ...(question === undefined
    ? {}
    : {
        ask: {
          question,
          options: ({ known }: Around) => options(known.files),
          read: (answer: string) => ofKinds(answer, 'file', 'quoted')[0] ?? (/^\S{1,500}$/.test(answer.trim()) ? answer.trim() : undefined),
        },
      }),
});

/** The words that a pattern captures. */
export const words = (
  parameter: string,
  pattern: RegExp,
  value: (text: string) => Json | undefined = (text) => text,
  ask?: Slot['ask'],
): Slot => ({
  parameter,
  find(clause) {
    const found = pattern
      .exec(clause.text)
      ?.slice(1)
      .find((part) => part !== undefined)
      ?.trim();
    return found === undefined || found === '' ? undefined : value(found);
  },
  ...(ask === undefined ? {} : { ask }),
});

export const always = (parameter: string, value: Json): Slot => ({ parameter, find: () => value });

export const severity = (parameter: string): Slot => ({
  parameter,
  find: (clause, { text, known }) =>
    valuesOf(clause.entities, 'severity')[0] ?? valuesOf(entitiesIn(text), 'severity')[0] ?? known.severity,
});

/** As a person reads it. */
export const shown = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : Array.isArray(value) ? listed(value.map(String)) : String(value);
const listed = (values: readonly string[]): string =>
  values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
export const shownDuration = (value: Json | undefined): string =>
  value === undefined
    ? ''
    : value === 'permanent'
      ? ' permanently'
      : typeof value === 'number'
        ? ` for ${durationWords(value)}`
        : ` for ${String(value)}`;

/** What a text, such as a ticket's, names. */
export function knownFrom(text: string): Known {
  const plain = refang(text);
  const entities = entitiesIn(plain);
  return {
    addresses: valuesOf(entities, 'address'),
    hosts: hostsIn(blank(plain, entities)),
    users: [...usersIn(plain), ...valuesOf(entities, 'email')],
    indicators: valuesOf(entities, 'address', 'url', 'domain', 'hash'),
    files: valuesOf(entities, 'file'),
  };
}
