import { readFile } from 'node:fs/promises';
import { ProblemError, problem } from '../../runbook/core/errors.ts';

/** Text of a file. Rejects with `file-missing` or `file-unreadable`. */
export async function readSource(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ProblemError(problem('file-missing', { file }));
    throw new ProblemError(problem('file-unreadable', { file, why: reasons[code ?? ''] ?? message }));
  }
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  EACCES: 'you have no permission to',
  EPERM: 'you have no permission to',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
  ERR_STRING_TOO_LONG: 'it is too large',
  ELOOP: 'its links lead in a circle',
};
