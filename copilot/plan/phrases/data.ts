import type { Phrase } from '../phrase.ts';

/** Tables: in, looked at, changed, out. */
export const data: readonly Phrase[] = [];
