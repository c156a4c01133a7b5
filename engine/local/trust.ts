import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { writeAtomic } from './atomic-file.ts';

/** The folders whose runbooks may run, by their real paths; kept in `trusted.json` of the state folder. */
export interface Trust {
  folders(): Promise<string[]>;
  add(folder: string): Promise<void>;
  /** Also withdraws a folder that is gone by now. */
  remove(folder: string): Promise<void>;
  /** Whether the file (or folder), after all symbolic links, lies in a trusted folder, and is `opened` where that is given. A missing one is not trusted. */
  trusts(file: string, opened?: FileId): Promise<boolean>;
}

/** Tells one open file from another, whatever paths lead to them. */
export interface FileId {
  readonly dev: bigint;
  readonly ino: bigint;
}

export function openTrust(stateFolder: string): Trust {
  const file = join(stateFolder, 'trusted.json');
  // One after another, so that two changes at once both last.
  let last: Promise<unknown> = Promise.resolve();
  const change = (edit: (folders: readonly string[]) => Promise<string[]>): Promise<void> => {
    const next = last.then(async () => write(file, await edit(await read(file))));
    last = next.catch(() => {});
    return next;
  };
  return {
    folders: () => read(file),
    add: (folder) => change(async (folders) => [...new Set([...folders, await real(folder)])].sort()),
    remove: (folder) =>
      change(async (folders) => {
        const gone = new Set([folder, await realpath(folder).catch(() => folder)]);
        return folders.filter((known) => !gone.has(known));
      }),
    async trusts(path, opened) {
      const target = await realpath(path).catch(() => undefined);
      if (target === undefined || (opened && !(await is(target, opened)))) return false;
      for (const folder of await read(file)) {
        // The folder itself may have been replaced by a link since it was trusted: that one was never meant.
        if ((await realpath(folder).catch(() => undefined)) === folder && within(folder, target)) return true;
      }
      return false;
    },
  };
}

async function is(path: string, opened: FileId): Promise<boolean> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  return found !== undefined && found.dev === opened.dev && found.ino === opened.ino;
}

function within(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}

async function real(folder: string): Promise<string> {
  if (!isAbsolute(folder)) throw new ProblemError(problem('request-invalid', { why: 'folder must be an absolute path' }));
  try {
    return await realpath(folder);
  } catch {
    throw new ProblemError(problem('file-missing', { file: folder }));
  }
}

/** A list that cannot be read trusts nothing. */
async function read(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && isAbsolute(item)) : [];
  } catch {
    return [];
  }
}

async function write(file: string, folders: readonly string[]): Promise<void> {
  await writeAtomic(file, `${JSON.stringify(folders, null, 2)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new ProblemError(problem('state-folder', { folder: dirname(file), why: error.code ?? 'it cannot be written' }));
  });
}
