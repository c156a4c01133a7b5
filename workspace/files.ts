import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';

/** Reads files for analysis, which cannot wait: small, plain files only, never a pipe or a device. */
export interface Files {
  /** Undefined where there is no such file, or none that may be read. */
  read(file: string): string | undefined;
  /** Changes whenever the text may have; undefined where there is no such file. */
  stamp(file: string): string | undefined;
  /** Names in a folder; none where it cannot be read. */
  list(folder: string): readonly string[];
}

/** Bytes; above what a runbook may have. */
const largest = 8 * 1024 * 1024;

export const disk: Files = {
  read(file) {
    let handle: number | undefined;
    try {
      // A pipe must not hold anybody up until somebody writes into it.
      handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stat = fstatSync(handle);
      return stat.isFile() && stat.size <= largest ? readFileSync(handle, 'utf8') : undefined;
    } catch {
      return undefined;
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  },
  stamp(file) {
    try {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat && `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}`;
    } catch {
      return undefined;
    }
  },
  list(folder) {
    try {
      return readdirSync(folder).sort();
    } catch {
      return [];
    }
  },
};

/** Texts that are open in an editor stand before those on the disk. `open` gives a text with its version, by absolute path. */
export function withOpen(files: Files, open: (file: string) => { readonly text: string; readonly version: number } | undefined): Files {
  return {
    read: (file) => open(file)?.text ?? files.read(file),
    stamp: (file) => {
      const document = open(file);
      return document ? `open ${document.version}` : files.stamp(file);
    },
    list: (folder) => files.list(folder),
  };
}
