import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `r-` + milliseconds in nine base-32 digits, which sort by time, + 50 random bits. */
export function runId(now: number): string {
  let time = '';
  for (let rest = now, digit = 0; digit < 9; digit++, rest = Math.floor(rest / 32)) time = `${alphabet[rest % 32]}${time}`;
  const random = [...randomBytes(10)].map((byte) => alphabet[byte % 32]).join('');
  return `r-${time}-${random}`;
}
