import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** `<state>/runs/<run>/<step>/<attempt>`. A path that a file system could confuse with another carries a hash. */
export function attemptFolder(stateFolder: string, run: string, path: string, attempt: number): string {
  return join(stateFolder, 'runs', run, safeName(path), String(attempt));
}

/** What all attempts of a run share; no step's folder has this name. Gone when the run is pruned. */
export const sharedFolderOf = (stateFolder: string, run: string): string => join(stateFolder, 'runs', run, 'shared');

function safeName(path: string): string {
  // The prefix keeps it apart from names that Windows reserves.
  const name = `s-${encodeURIComponent(path)}`.replace(/[.*!'()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  if (name.length <= 60 && name === name.toLowerCase()) return name;
  return `${name.slice(0, 50)}-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`;
}

/**
 * Makes the folder and puts it on the disk, just before the attempt's process exists: where it is absent, nothing ever ran.
 * Answers whether it is new.
 */
export async function makeAttemptFolder(folder: string): Promise<boolean> {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return false;
  // Windows cannot sync a folder; NTFS journals it.
  if (process.platform !== 'win32')
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  return true;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
