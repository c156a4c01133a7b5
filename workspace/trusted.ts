import { realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Files } from './files.ts';

/** Which folders the engine would run something in, as its list in the state folder says. */
export interface Trusted {
  /** The list, absolute: when it changes, so may the answers. */
  readonly file: string;
  /** After all symbolic links; a folder that is not there is not trusted. */
  has(folder: string): boolean;
}

export function trustedIn(stateFolder: string, files: Pick<Files, 'read'>): Trusted {
  const file = join(stateFolder, 'trusted.json');
  return {
    file,
    has(folder) {
      const real = realOf(folder);
      return real !== undefined && listOf(files.read(file)).some((one) => realOf(one) === one && within(one, real));
    },
  };
}

/** A list that cannot be read trusts nothing. */
function listOf(text: string | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && isAbsolute(item)) : [];
  } catch {
    return [];
  }
}

function realOf(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}

function within(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}
