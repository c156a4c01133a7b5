import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** All in base64. */
export interface Sealed {
  readonly nonce: string;
  readonly data: string;
  readonly tag: string;
}

/** AES-256-GCM under a fresh nonce. Name and version are authenticated with the value, so that nobody can put one in another's place. */
export function seal(key: Buffer, name: string, version: number, value: string): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(context(name, version));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return { nonce: nonce.toString('base64'), data: data.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
}

/** Undefined for a value that was changed or belongs elsewhere. */
export function unseal(key: Buffer, name: string, version: number, sealed: Sealed): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'), { authTagLength: 16 });
    decipher.setAAD(context(name, version));
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

const context = (name: string, version: number) => Buffer.from(JSON.stringify([name, version]));
