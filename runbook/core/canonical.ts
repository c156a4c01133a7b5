import canonicalize from 'canonicalize';

/** RFC 8785: one text for one value, whatever the order of its keys; what digests are taken of. Throws for what has no UTF-8, such as half a surrogate pair. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('only JSON has a canonical form');
  return text;
}
