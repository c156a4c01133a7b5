import type { Json } from '../../../runbook/core/json.ts';

/** One step of the way: a key, an index (from the end where negative), or all that is in it. */
export type Segment = { readonly key: string } | { readonly index: number } | 'all';

/**
 * Reads a JSON Pointer (RFC 6901: `/hosts/0/name`) or a path of names (`hosts[0].name`, `hosts[*].name`, `hosts[-1]`, `["odd key"]`,
 * with or without `$` or `$.` in front). Gives what is wrong as the end of a sentence.
 */
export function parsePath(path: string): readonly Segment[] | { readonly wrong: string } {
  if (path.startsWith('/')) {
    if (/~(?![01])/.test(path)) return { wrong: 'in a JSON Pointer `~` is written `~0`, and `/` in a key `~1`' };
    const keys = path.slice(1).split('/');
    return keys.map((key) => ({ key: key.replaceAll('~1', '/').replaceAll('~0', '~') }));
  }
  const found: Segment[] = [];
  const rest = path.replace(/^\$(?=$|[.[])/, '');
  const piece = /\.?([^.[\]"'\s*]+)|\.?(\*)|\[(-?\d{1,9})\]|\[(\*)\]|\[("(?:[^"\\]|\\.)*")\]|\['((?:[^'\\]|\\.)*)'\]/y;
  while (piece.lastIndex < rest.length) {
    const at = piece.lastIndex;
    const match = piece.exec(rest);
    // Only the first name stands without a dot.
    const bare = match !== null && (match[1] ?? match[2]) !== undefined && rest[at] !== '.' && at > 0;
    if (match === null || bare) return { wrong: `it cannot be read from \`${rest.slice(at, at + 20)}\` on` };
    const [, name, dotStar, index, star, double, single] = match;
    if (dotStar ?? star) found.push('all');
    else if (index !== undefined) found.push({ index: Number(index) });
    else if (double !== undefined) {
      try {
        found.push({ key: JSON.parse(double) });
      } catch {
        return { wrong: `${double.slice(0, 20)} is not a text` };
      }
    } else found.push({ key: name ?? (single ?? '').replace(/\\(.)/g, '$1') });
  }
  return found;
}

/** Everything that the path leads to; `all` in it makes many. Nothing inherited is ever found. */
export function select(value: Json, path: readonly Segment[]): readonly Json[] {
  let found: readonly Json[] = [value];
  for (const segment of path) found = found.flatMap((one) => inside(one, segment));
  return found;
}

function inside(value: Json, segment: Segment): readonly Json[] {
  if (value === null || typeof value !== 'object') return [];
  if (segment === 'all') return Object.values(value);
  if (isList(value)) {
    const index = 'index' in segment ? segment.index : /^(?:0|[1-9]\d{0,8})$/.test(segment.key) ? Number(segment.key) : undefined;
    const item = index === undefined ? undefined : value.at(index);
    return item === undefined ? [] : [item];
  }
  const key = 'key' in segment ? segment.key : String(segment.index);
  const item = Object.hasOwn(value, key) ? (value as Readonly<Record<string, Json>>)[key] : undefined;
  return item === undefined ? [] : [item];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
