import { createHash } from 'node:crypto';
import { byHand, type Hold } from '../holds.ts';

/*
 * An element of a set has room for 127 bytes of comment: that is where its holds stand, each as `NAME:END` with the seconds since 1970
 * in base 36, or `-` for no end. So the host itself knows them, for every engine, and they go with it when it restarts.
 */

/** Short enough for seven in a comment. */
export const shortName = (hold: string): string => BigInt(`0x${createHash('sha256').update(hold).digest('hex').slice(0, 11)}`).toString(36);

const most = 7;
/** What stands for several that there is no room for: it stays until it expires or all is lifted. */
const others = 'others';

export function commentOf(holds: readonly Hold[]): string {
  let kept = [...holds].sort((a, b) => (a.expires ?? Number.POSITIVE_INFINITY) - (b.expires ?? Number.POSITIVE_INFINITY));
  while (kept.length > most) {
    const [first, second, ...rest] = kept;
    kept = [{ id: others, expires: second?.expires ?? first?.expires ?? null }, ...rest];
  }
  return kept.map(({ id, expires }) => `${id}:${expires === null ? '-' : Math.ceil(expires / 1000).toString(36)}`).join(' ');
}

/** `expires` of the element itself counts where the comment is not ours. */
export function holdsOf(comment: string, expires: number | null): readonly Hold[] {
  const read = comment.split(' ').map((text) => /^([a-z0-9-]{1,16}):(-|[a-z0-9]{1,8})$/.exec(text));
  if (read.some((found) => found === null)) return [{ id: byHand, expires }];
  return read.map((found) => ({ id: found?.[1] ?? '', expires: found?.[2] === '-' ? null : Number.parseInt(found?.[2] ?? '', 36) * 1000 }));
}
