// Where tools that are not project dependencies are kept: outside the project, keyed by version.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locked } from './lock.mjs';

export const cacheFolder =
  process.env.RUNWRIGHT_DEV_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'runwright-dev');

/** Fills a folder once: `fill` works in a temporary neighbour, which takes its name only when complete. What a killed one left is removed. */
export async function cached(name, fill) {
  const target = join(cacheFolder, name);
  const complete = () => existsSync(join(target, '.complete'));
  if (complete()) return target;
  return locked(`${target}.lock`, async () => {
    if (complete()) return target;
    const draft = `${target}.tmp`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft);
    try {
      await fill(draft);
      await writeFile(join(draft, '.complete'), '');
      await rm(target, { recursive: true, force: true });
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    return target;
  });
}
