import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ActionContext } from '../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { throwIfStopped } from './stopped.ts';

/** Bytes read at once. */
const chunk = 64 * 1024;

/** A path of an input: relative ones start at the runbook's folder. */
export const pathOf = (path: string, { folder }: ActionContext): string => resolve(folder, path);

/** Bytes of a file, each chunk a buffer of its own. `name` is how people know it. Throws `file-missing`, `file-unreadable`, Stopped. */
export async function* readBytes(path: string, name: string, signal: AbortSignal, from = 0): AsyncGenerator<Buffer> {
  const file = await openToRead(path, name);
  try {
    for (let at = from; ; ) {
      throwIfStopped(signal);
      const buffer = Buffer.allocUnsafe(chunk);
      const { bytesRead } = await file.read(buffer, 0, chunk, at).catch((error: unknown) => {
        throw unreadable(name, error);
      });
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Opens a plain file: a pipe would keep one waiting for ever. Throws `file-missing`, `file-unreadable`. */
export async function openToRead(path: string, name: string): Promise<FileHandle> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    if (!found.isFile()) throw Object.assign(new Error('it is not a plain file'), { code: 'ENOTFILE' });
    return await open(path);
  } catch (error) {
    throw unreadable(name, error);
  }
}

/**
 * Writes a file beside its place and moves it there, so that nobody sees half of it and what was there stays until then.
 * Missing folders are made. Throws `file-unwritable`, or what `fill` throws; then nothing is changed.
 */
export async function writeFileWhole(
  path: string,
  name: string,
  fill: (write: (text: string) => Promise<void>) => Promise<void>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}-${randomUUID().slice(0, 8)}.part`);
  const file = await mkdir(dirname(path), { recursive: true })
    .then(() => open(temporary, 'wx', 0o644))
    .catch((error: unknown) => {
      throw unwritable(name, error);
    });
  let bytes = 0;
  const hash = createHash('sha256');
  try {
    await fill(async (text) => {
      const content = Buffer.from(text);
      bytes += content.length;
      hash.update(content);
      await file.writeFile(content).catch((error: unknown) => {
        throw unwritable(name, error);
      });
    });
    await file.sync();
    await file.close();
    await rename(temporary, path).catch((error: unknown) => {
      throw unwritable(name, error);
    });
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

function unreadable(name: string, error: unknown): ProblemError {
  const code = codeOf(error);
  if (code === 'ENOENT')
    return new ProblemError(
      problem('file-missing', { file: name }, { remedy: "Check the path; a relative one starts at the runbook's folder." }),
    );
  return new ProblemError(problem('file-unreadable', { file: name, why: reasons[code] ?? code }));
}

const unwritable = (name: string, error: unknown): ProblemError =>
  new ProblemError(problem('file-unwritable', { file: name, why: reasons[codeOf(error)] ?? codeOf(error) }));

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no room left on the disk',
  EDQUOT: 'the quota of the disk is used up',
  ENOTFILE: 'it is not a plain file',
  ENAMETOOLONG: 'its name is too long',
};
