import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { plainFile } from '../plain-file.ts';

/** Bytes; a list that firewalls load is far shorter. */
const longest = 64 * 1024 * 1024;

/** Undefined where there is none. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    const { size } = await plainFile(file);
    if (size > longest) throw new Error(`it is longer than ${longest / 1024 / 1024} MiB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whole or not at all, and there after a power cut. A link stays a link; who may read it stays as it is. */
export async function writeText(path: string, text: string, mode: number): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const kept = await stat(file).then(
    (info) => info.mode & 0o777,
    () => mode,
  );
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', kept);
    try {
      await handle.chmod(kept);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Where a folder can be synced: not on Windows. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
