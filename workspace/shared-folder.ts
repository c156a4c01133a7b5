import { dirname, join } from 'node:path';
import type { Files } from './files.ts';

export const sharedFolderName = '.runwright';

/** The nearest `.runwright` at or above the folder of a file: where a workspace keeps what its runbooks share. */
export function sharedFolderOf(file: string, files: Pick<Files, 'stamp'>): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const shared = join(folder, sharedFolderName);
    if (files.stamp(shared) !== undefined) return shared;
    if (dirname(folder) === folder) return undefined;
  }
}
