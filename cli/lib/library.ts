import { opendir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Library, LibraryEntry } from '../../copilot/tools/ports.ts';

const runbookName = /\.(?:runbook|workflow)\.ya?ml$/i;
/** The folder may be somebody's whole disk. */
const limits = { files: 2_000, folders: 5_000, depth: 8 };
const skipped = new Set(['node_modules', '.git', '.runwright']);

/** The runbooks below a folder, nearest first; links are not followed, and what cannot be read is left out. */
export function libraryOf(folder: string): Library {
  return {
    async list() {
      const found: LibraryEntry[] = [];
      let folders = 0;
      let level = [folder];
      for (let depth = 0; depth < limits.depth && level.length > 0; depth++) {
        const next: string[] = [];
        for (const one of level) {
          if (++folders > limits.folders || found.length >= limits.files) return found;
          for (const { name, isFile, isFolder } of await entries(one)) {
            const path = join(one, name);
            if (isFolder && !skipped.has(name)) next.push(path);
            if (isFile && runbookName.test(name) && found.length < limits.files) found.push(entryOf(folder, path));
          }
        }
        level = next;
      }
      return found;
    },
  };
}

const entryOf = (folder: string, file: string): LibraryEntry => ({
  name: relative(folder, file).split(sep).join('/'),
  file,
  read: () => readFile(file, 'utf8'),
});

async function entries(folder: string) {
  const found: { name: string; isFile: boolean; isFolder: boolean }[] = [];
  try {
    for await (const entry of await opendir(folder))
      found.push({ name: entry.name, isFile: entry.isFile(), isFolder: entry.isDirectory() });
  } catch {
    return found;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
