import { open } from 'node:fs/promises';
import { ProblemError, problem } from '../../runbook/core/errors.ts';

/** Bytes; far more than a runbook may have, so that the rule about its length is what people see. */
const largest = 16 * 1024 * 1024;

/** Text of a file. Rejects with `file-missing` or `file-unreadable`. */
export async function readSource(file: string): Promise<string> {
  try {
    return await readText(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ProblemError(problem('file-missing', { file }));
    throw new ProblemError(problem('file-unreadable', { file, why: reasons[code ?? ''] ?? message }));
  }
}

/** Stops at the limit, also where a file has no end, such as a device. */
async function readText(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > largest) throw Object.assign(new Error(), { code: 'ERR_FS_FILE_TOO_LARGE' });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  EACCES: 'you have no permission to',
  EPERM: 'you have no permission to',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
  ELOOP: 'its links lead in a circle',
};
