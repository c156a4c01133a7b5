import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `r-` + milliseconds in nine base-32 digits, which sort by time, + 50 random bits. */
export function runId(now: number): string {
  return idOf(now, randomBytes(10));
}

/** The same for the same time and SHA-256 in hex. */
export const runIdOf = (time: number, digest: string): string => idOf(time, Buffer.from(digest, 'hex').subarray(0, 10));

function idOf(now: number, bytes: Uint8Array): string {
  let time = '';
  for (let rest = now, digit = 0; digit < 9; digit++, rest = Math.floor(rest / 32)) time = `${alphabet[rest % 32]}${time}`;
  const random = [...bytes].map((byte) => alphabet[byte % 32]).join('');
  return `r-${time}-${random}`;
}
