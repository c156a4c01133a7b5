import type { Pattern } from './pattern.ts';
import { enginePatterns, exitPatterns } from './patterns/engine.ts';
import { httpPatterns, toldPatterns } from './patterns/http.ts';
import { networkPatterns } from './patterns/network.ts';
import { scriptPatterns } from './patterns/script.ts';

/** Looked through in this order, the first that fits answers: what the engine knows, what servers said, what programs said, how it ended. */
export const patterns: readonly Pattern[] = [
  ...enginePatterns,
  ...httpPatterns,
  ...networkPatterns,
  ...toldPatterns,
  ...scriptPatterns,
  ...exitPatterns,
];
