/**
 * 1. What is blocked or isolated is so by holds: one for each step that did it, one for what stands there by hand.
 * 2. It stays so as long as one hold is there that has not expired; a step's undo lifts its own hold alone.
 * So the order in which runs begin and are undone does not matter, and none takes back what another did.
 */
export interface Hold {
  /** `RUN/STEP`, else `byHand`. */
  readonly id: string;
  /** Milliseconds since 1970; null: without an end. */
  readonly expires: number | null;
  readonly since?: number;
  readonly reason?: string;
}

/** By address, network or host in its usual form. */
export type Entries = Map<string, readonly Hold[]>;

export const byHand = 'by-hand';

export const holdId = ({ run, step }: { readonly run: string; readonly step: string }): string => `${run}/${step}`;

export const live = (holds: readonly Hold[], now: number): readonly Hold[] =>
  holds.filter(({ expires }) => expires === null || expires > now);

/** Of all of them: when the last one ends. Null: never. */
export const lastEnd = (holds: readonly Hold[]): number | null =>
  holds.some(({ expires }) => expires === null) ? null : Math.max(0, ...holds.map(({ expires }) => expires ?? 0));

/** The step's hold in place of one that it had before: a step that is repeated holds once. */
export const withHold = (holds: readonly Hold[], hold: Hold): readonly Hold[] => [...holds.filter(({ id }) => id !== hold.id), hold];

export const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** For a person: who holds it and until when. */
export const holdText = (key: string, { id, expires }: Hold): string =>
  `${key} (${id === byHand ? 'by hand' : id}${expires === null ? '' : `, until ${iso(expires)}`})`;

/** What a rule's name says: how, what, and whose hold. */
export interface Rule {
  readonly method: string;
  readonly key: string;
  readonly hold: string;
}

export const ruleText = ({ method, key, hold }: Rule): string => `${method}:${key}#${hold}`;

export function readRule(text: string): Rule | undefined {
  const found = /^([a-z]+):([^#\s]+)#(\S(?:.*\S)?)$/.exec(text);
  return found ? { method: found[1] ?? '', key: found[2] ?? '', hold: found[3] ?? '' } : undefined;
}
