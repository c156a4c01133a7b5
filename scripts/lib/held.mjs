// The locks this process holds, and who else holds them: what it runs goes on when it is killed.
import { existsSync, writeFileSync } from 'node:fs';

/** Paths of lock files. */
export const held = new Set();

/** A program that this process runs: until both have ended, what this process holds stays held. */
export function alsoHeldBy(pid) {
  for (const file of held) if (existsSync(file)) writeFileSync(file, `${process.pid} ${pid}\n`);
}
