import type { Figure } from '../engine/stats.ts';

export interface Target {
  readonly what: string;
  readonly is: number;
  /** In words: `at least 100`. */
  readonly wanted: string;
  readonly met: boolean;
}

/** Measures in a folder of its own, which is removed afterwards. */
export type Part = (
  folder: string,
  say: (text: string) => void,
) => Promise<{ readonly figures: Readonly<Record<string, Figure | number | string>>; readonly targets: readonly Target[] }>;

export const atLeast = (what: string, is: number, wanted: number): Target => ({
  what,
  is,
  wanted: `at least ${wanted}`,
  met: is >= wanted,
});
export const atMost = (what: string, is: number, wanted: number): Target => ({ what, is, wanted: `at most ${wanted}`, met: is <= wanted });
