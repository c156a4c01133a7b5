import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { locked } from './locked.ts';

/** 32 bytes, from CREDENTIAL_ENCRYPTION_KEY or from a file of mode 0600 that `mayMake` lets be made. Throws `secrets-locked`. */
export async function readKey(folder: string, given: string | undefined, mayMake: boolean): Promise<Buffer> {
  if (given !== undefined) return decode(given.trim()) ?? locked('CREDENTIAL_ENCRYPTION_KEY is not 32 bytes in hex or base64');
  const file = keyFile(folder);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : locked(`its key file cannot be read (${error.code})`),
  );
  if (text === undefined) return mayMake ? make(file) : locked('its key file secrets.key is gone');
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0)
    return locked('others may read its key file secrets.key (it must have mode 600)');
  return decode(text.trim()) ?? locked('its key file secrets.key is damaged');
}

/** Tells keys apart without giving one away. */
export const fingerprint = (key: Buffer): string =>
  createHash('sha256').update('runwright secrets key\0').update(key).digest('hex').slice(0, 16);

export const keyFile = (folder: string): string => join(folder, 'secrets.key');

export function decode(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** On the disk before it is used: a value encrypted under a lost key is lost. */
async function make(file: string): Promise<Buffer> {
  const key = randomBytes(32);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${key.toString('hex')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return key;
  } catch (error) {
    return locked(`its key file cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`);
  }
}
