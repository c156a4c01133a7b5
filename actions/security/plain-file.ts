import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * What is known about a plain file before it is read. Throws for anything else: a pipe would be waited for without end, and with it one
 * of the few threads that all of the engine reads files on; a device may never end.
 */
export async function plainFile(path: string): Promise<Stats> {
  const info = await stat(path);
  if (info.isFile()) return info;
  throw Object.assign(new Error('it is not a plain file'), { code: info.isDirectory() ? 'EISDIR' : 'ENOTFILE' });
}
