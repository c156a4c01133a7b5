import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesPattern } from './pattern.ts';

/** A line of known_hosts about a host. */
export interface KnownKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  readonly key: Buffer;
  readonly revoked: boolean;
  /** `FILE:LINE` */
  readonly place: string;
}

/** Where keys of hosts are looked up; the user's own, then the machine's. */
export const knownHostsFiles = (home: string): string[] => [
  join(home, '.ssh', 'known_hosts'),
  join(home, '.ssh', 'known_hosts2'),
  ...(process.platform === 'win32' ? [] : ['/etc/ssh/ssh_known_hosts']),
];

/** What the files know of a host; plain, hashed and pattern entries, `[host]:port` where the port is not 22. Certificate authorities are left out. */
export function knownKeys(files: readonly string[], host: string, port: number): KnownKey[] {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  return files.flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return [];
    }
    return text.split('\n').flatMap((line, index) => {
      const fields = line.trim().split(/[ \t]+/);
      if (fields[0] === '' || fields[0]?.startsWith('#')) return [];
      const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
      const [hosts, type, key] = fields;
      if (marker === '@cert-authority' || hosts === undefined || type === undefined || key === undefined) return [];
      if (!matches(name, hosts)) return [];
      return [{ type, key: Buffer.from(key, 'base64'), revoked: marker === '@revoked', place: `${file}:${index + 1}` }];
    });
  });
}

export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly known: KnownKey }
  /** `known` of the same type where there is one. */
  | { readonly kind: 'changed'; readonly known: KnownKey };

export function judge(key: Buffer, known: readonly KnownKey[]): Verdict {
  const same = known.filter((entry) => entry.key.equals(key));
  const revoked = same.find((entry) => entry.revoked);
  if (revoked) return { kind: 'revoked', known: revoked };
  if (same.length > 0) return { kind: 'known' };
  const valid = known.filter((entry) => !entry.revoked);
  const other = valid.find((entry) => entry.type === typeOf(key)) ?? valid[0];
  return other ? { kind: 'changed', known: other } : { kind: 'unknown' };
}

/** As `ssh-keygen -l` prints it. */
export const fingerprintOf = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** The type a public key says it is of; empty for what is no key. */
export function typeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || length > key.length - 4 ? '' : key.toString('latin1', 4, 4 + length);
}

function matches(name: string, hosts: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(name, hosts);
  const patterns = hosts.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(name, pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(name, pattern));
}

/** `|1|SALT|HMAC-SHA1`, so that the file does not tell which hosts one knows. */
function matchesHash(name: string, hosts: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const found = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}
