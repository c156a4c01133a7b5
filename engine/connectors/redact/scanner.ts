import type { Automaton } from './automaton.ts';

export interface Patterns {
  readonly exact: Automaton;
  /** Matched as if the stream had no line ends. */
  readonly wrapped: Automaton;
}

/** A line end is at most CR LF; more of them in a row end a wrapped match. */
const longestLineEnd = 2;
const mask = Buffer.from('***');

/**
 * Replaces each stretch covered by matches with `***`, in one pass over a stream of bytes.
 * 1. `base` ≤ the start of every match still possible: what lies before it has been given out, what lies after is in `held`.
 * 2. `covered` holds disjoint stretches in order, none touching another, all ending after `base`'s last mask.
 * 3. `masked` is where the last `***` given out ends: a stretch that touches it adds no second one.
 */
export function createScanner(start: Patterns) {
  let patterns = start;
  let decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = Buffer.alloc(0);
  let base = 0;
  let position = 0;
  let masked = -1;
  let covered: { from: number; to: number }[] = [];
  let exact = 0;
  let wrapped = 0;
  let lineEnds = 0;
  let any = false;
  // Where the latest characters of the stream without line ends stand in the stream with them.
  let origins = new Float64Array(patterns.wrapped.longest + 1);
  let compact = 0;

  const cover = (begin: number) => {
    any = true;
    let from = begin;
    for (let last = covered.at(-1); last && last.to >= from; last = covered.at(-1)) {
      from = Math.min(from, last.from);
      covered.pop();
    }
    covered.push({ from, to: position });
  };
  const origin = (back: number) => origins[(compact - back) % origins.length] ?? position;

  const step = (byte: number) => {
    position++;
    exact = patterns.exact.next(exact, byte);
    const length = patterns.exact.match(exact);
    if (length > 0) cover(position - length);
    if (byte === 0x0a || byte === 0x0d) {
      if (++lineEnds > longestLineEnd) wrapped = 0;
      return;
    }
    lineEnds = 0;
    origins[compact % origins.length] = position - 1;
    compact++;
    wrapped = patterns.wrapped.next(wrapped, byte);
    const across = patterns.wrapped.match(wrapped);
    if (across > 0) cover(origin(across));
  };

  /** Gives out everything before `until`. */
  const release = (until: number, last: boolean): string => {
    const parts: Uint8Array[] = [];
    let at = base;
    const literal = (to: number) => {
      if (to > at) parts.push(held.subarray(at - base, to - base));
      at = Math.max(at, to);
    };
    while (covered[0] && (covered[0].from < until || last)) {
      const stretch = covered[0];
      literal(stretch.from);
      if (stretch.from > masked) parts.push(mask);
      covered.shift();
      masked = stretch.to;
      at = Math.max(at, stretch.to);
    }
    literal(until);
    held = Buffer.from(held.subarray(at - base));
    base = at;
    return decoder.decode(Buffer.concat(parts), { stream: !last });
  };

  return {
    push(bytes: Uint8Array): string {
      if (patterns.exact.longest === 0) {
        position += bytes.length;
        base = position;
        return decoder.decode(bytes, { stream: true });
      }
      held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
      for (const byte of bytes) step(byte);
      const depth = patterns.wrapped.depth(wrapped);
      return release(Math.min(position - patterns.exact.depth(exact), depth > 0 ? origin(depth) : position), false);
    },
    end(): string {
      const rest = release(position, true);
      decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      exact = 0;
      wrapped = 0;
      masked = -1;
      covered = [];
      return rest;
    },
    /** Changes the patterns in the middle of the stream: what is held is looked at again. */
    use(next: Patterns) {
      patterns = next;
      origins = new Float64Array(next.wrapped.longest + 1);
      compact = 0;
      exact = 0;
      wrapped = 0;
      position = base;
      covered = [];
      for (const byte of held) step(byte);
    },
    found: () => any,
  };
}
