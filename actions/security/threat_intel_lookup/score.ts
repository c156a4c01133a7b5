import type { Indicator } from '../indicators/indicator.ts';
import type { Opinion } from './services/service.ts';

/** What one source says, weighted by its trust. */
export interface Said {
  readonly name: string;
  /** What matched: a network for an address in it, a domain for its subdomain. */
  readonly matched: string;
  readonly score: number;
  readonly opinion: Opinion;
}

export interface Verdict {
  readonly indicator: Indicator;
  readonly known: boolean;
  /** 0 to 100, whole. */
  readonly score: number;
  /** The highest score first. */
  readonly said: readonly Said[];
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/**
 * 100 × (1 − ∏(1 − s/100)): sources count as independent, so two that are half sure make three quarters.
 * Of one source only its highest score counts, however often it lists what covers the indicator.
 */
export function verdictOf(indicator: Indicator, all: readonly Said[]): Verdict {
  const said = all.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const best = new Map<string, number>();
  for (const { name, score } of said) best.set(name, Math.max(best.get(name) ?? 0, score));
  const doubt = [...best.values()].reduce((left, score) => left * (1 - score / 100), 1);
  const times = (name: 'firstSeen' | 'lastSeen') => said.flatMap(({ opinion }) => opinion[name] ?? []).sort();
  return {
    indicator,
    known: said.length > 0,
    score: Math.round(100 * (1 - doubt)),
    said,
    firstSeen: times('firstSeen')[0] ?? null,
    lastSeen: times('lastSeen').at(-1) ?? null,
  };
}
