import type { Json } from '../../runbook/core/json.ts';
import type { Clause } from './clauses.ts';

/** What surrounds a clause: the whole sentence, and what is known from elsewhere. */
export interface Around {
  /** The whole sentence. */
  readonly text: string;
  /** Things that the ticket, alert or earlier talk names; used only where the sentence points at them. */
  readonly known: Known;
  /** Values that earlier clauses of the sentence gave, newest first, by parameter. */
  readonly said: Readonly<Record<string, readonly Json[]>>;
  /** What the actions before would do, in plain words. */
  readonly before: readonly { readonly uses: string; readonly summary: string; readonly id: string }[];
}

export interface Known {
  readonly addresses: readonly string[];
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  /** Addresses, domains, links and hashes. */
  readonly indicators: readonly string[];
  readonly files: readonly string[];
  readonly title?: string;
  /** The ticket's or alert's own words. */
  readonly description?: string;
  readonly severity?: string;
}

export const nothingKnown: Known = { addresses: [], hosts: [], users: [], indicators: [], files: [] };

/** One input of an action, as sentences give it. */
export interface Slot {
  readonly parameter: string;
  /** What the words say, in order of trust; undefined when they say nothing. */
  find(clause: Clause, around: Around): Json | undefined;
  /** Makes the piece one that must be asked for. */
  readonly ask?: {
    readonly question: string;
    /** Another input that makes this one unnecessary. */
    readonly unless?: string;
    options?(around: Around): readonly string[];
    /** An answer in words, as the action takes it; undefined when it is none. */
    read(answer: string): Json | undefined;
  };
}

/** How people say that they want an action. */
export interface Phrase {
  readonly uses: string;
  /** Tried on a clause in the order of the table; the first that matches has it. */
  readonly says: RegExp;
  readonly unless?: RegExp;
  readonly slots: readonly Slot[];
  /** One action for each value of this parameter, where the words give several. */
  readonly each?: string;
  /** In plain words; what is missing is left out. */
  summary(given: Readonly<Record<string, Json>>): string;
  /** 0 to 1 where the words could also mean something else. */
  readonly confidence?: number;
}
