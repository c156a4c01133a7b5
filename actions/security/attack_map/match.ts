import type { Finding } from './finding.ts';
import type { Field, Table } from './table.ts';

export interface Reason {
  readonly technique: string;
  readonly kind: 'id' | 'tag' | 'field' | 'keyword';
  readonly what: string;
  readonly confidence: number;
}

/** Words alone are never more certain than this, however many there are. */
const mostByWords = 0.7;
const byKeyword = 0.5;
const byHint = 0.3;
/** Names of the same field with different collectors. */
const sameField: Readonly<Record<string, readonly string[]>> = {
  eventid: ['eventid', 'event_id', 'eventcode', 'event.code', 'event.id'],
  eventname: ['eventname', 'event_name', 'event.action'],
};
/** Where detections write the technique that they are about. */
const tagField = /(?:^|\.)(?:tags?|techniques?|technique_ids?|technique\.id|mitre\w*|attack(?:_id)?)$/;
const id = /(?<![a-z0-9])t\d{4}(?:\.\d{3})?(?![a-z0-9]|\.\d)/g;

/** Why a finding fits which techniques. Made once for a table. */
export function matcher({ techniques }: Table): (finding: Finding) => Reason[] {
  const words: { technique: string; word: string; confidence: number }[] = [];
  const fields = new Map<string, { technique: string; confidence: number }[]>();
  for (const { id: technique, name, keywords, hints, fields: own } of techniques.values()) {
    for (const word of keywords) words.push({ technique, word, confidence: byKeyword });
    // A name of several words says little by itself, and that of a sub-technique nothing without its parent's.
    const names = name !== null && !technique.includes('.') && /[a-z]+ [a-z]/i.test(name) ? [name.toLowerCase()] : [];
    for (const word of new Set([...hints, ...names])) if (!keywords.includes(word)) words.push({ technique, word, confidence: byHint });
    for (const field of own)
      for (const key of keysOf(field)) fields.set(key, [...(fields.get(key) ?? []), { technique, confidence: field.confidence }]);
  }
  return ({ text, fields: values }) => {
    const reasons: Reason[] = [];
    for (const [path, value] of values) {
      for (const [technique] of value.matchAll(id))
        reasons.push({
          technique: technique.toUpperCase(),
          kind: tagField.test(path) ? 'tag' : 'id',
          what: technique.toUpperCase(),
          confidence: 1,
        });
      for (const { technique, confidence } of fields.get(`${lastOf(path)}=${value}`) ?? fields.get(`${path}=${value}`) ?? [])
        reasons.push({ technique, kind: 'field', what: `${path}=${value}`, confidence });
    }
    for (const { technique, word, confidence } of words)
      if (holds(text, word)) reasons.push({ technique, kind: 'keyword', what: word, confidence });
    return withoutParents(unique(reasons));
  };
}

/** Certainty from all the reasons of one finding: the surest, or what the words together make. */
export function confidenceOf(reasons: readonly Reason[]): number {
  const sure = Math.max(0, ...reasons.filter(({ kind }) => kind !== 'keyword').map(({ confidence }) => confidence));
  const doubt = reasons.filter(({ kind }) => kind === 'keyword').reduce((left, { confidence }) => left * (1 - confidence), 1);
  return Math.round(Math.max(sure, Math.min(mostByWords, 1 - doubt)) * 100) / 100;
}

/** Where a finding fits a sub-technique for the same kind of reason, its parent says nothing more. */
function withoutParents(reasons: readonly Reason[]): Reason[] {
  const subs = reasons.filter(({ technique }) => technique.includes('.'));
  return reasons.filter(
    ({ technique, confidence }) => !subs.some((sub) => sub.technique.startsWith(`${technique}.`) && sub.confidence >= confidence),
  );
}

function unique(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((reason) => [`${reason.technique} ${reason.kind} ${reason.what}`, reason])).values()];
}

/** The word stands by itself: `rar` is not found in `library`. */
function holds(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!(isLetter(text[at - 1]) && isLetter(word[0])) && !(isLetter(text[at + word.length]) && isLetter(word.at(-1)))) return true;
  }
  return false;
}

const isLetter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}_]/u.test(char);
const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
const keysOf = ({ field, value }: Field): string[] => (sameField[field] ?? [field]).map((name) => `${name}=${value}`);
