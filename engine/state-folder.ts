import { chmod, mkdir, open, readFile, realpath, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../runbook/core/errors.ts';
import { networkFileSystem } from './network-file-system.ts';

async function networkKind(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { type } = await statfs(folder);
  return networkFileSystem(type, await realpath(folder), await readFile('/proc/self/mounts', 'utf8').catch(() => ''));
}

/** Makes the state folder, mode 0700, and tries whether it can be written. Throws `state-folder`. */
export async function prepareStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') await chmod(folder, 0o700);
    const kind = await networkKind(folder);
    if (kind) throw new Error(`it is on a network file system, ${kind}`);
    const probe = join(folder, `.probe-${process.pid}`);
    await (await open(probe, 'wx', 0o600)).close();
    await rm(probe);
  } catch (error) {
    throw new ProblemError(problem('state-folder', { folder, why: error instanceof Error ? error.message : String(error) }));
  }
}
