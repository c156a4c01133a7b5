import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What a client that is just copying an engine has not named yet. */
const draft = /\.[0-9a-f]{8}$/;
const anHour = 3_600_000;

/**
 * Removes the copies of other engines in `<state>/engine`, when this one runs from there. It holds the lock, so none of them is at work;
 * a supervisor of theirs has its file in memory. What cannot be removed (open, on Windows) is removed another time.
 */
export async function removeOtherCopies(stateFolder: string, ownFolder: string): Promise<void> {
  const copies = join(stateFolder, 'engine');
  if (dirname(ownFolder) !== copies) return;
  for (const name of await readdir(copies).catch(() => [])) {
    if (name === basename(ownFolder)) continue;
    const path = join(copies, name);
    const made = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
    if (draft.test(name) && Date.now() - made < anHour) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
