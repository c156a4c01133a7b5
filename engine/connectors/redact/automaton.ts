/** Rows of the transition table are filled as they are visited, up to this many (1 KiB each). */
const maxRows = 4096;

/** Aho–Corasick over bytes: after each byte, how much of a pattern is under way and how long the longest pattern is that ends here. */
export interface Automaton {
  next(state: number, byte: number): number;
  /** Length of the longest suffix of the input that some pattern goes on from. */
  depth(state: number): number;
  /** Length of the longest pattern that ends here; 0 when none does. */
  match(state: number): number;
  readonly longest: number;
}

export function createAutomaton(patterns: readonly Uint8Array[]): Automaton {
  const edges = new Map<number, number>();
  const depths = [0];
  const matches = [0];
  for (const pattern of patterns) {
    let node = 0;
    for (const byte of pattern) {
      const key = node * 256 + byte;
      let child = edges.get(key);
      if (child === undefined) {
        child = depths.length;
        edges.set(key, child);
        depths.push((depths[node] ?? 0) + 1);
        matches.push(0);
      }
      node = child;
    }
    matches[node] = pattern.length;
  }

  // Failure links in order of depth, so that each node's link is known before its children need it.
  const fail = new Int32Array(depths.length);
  const byDepth = [...edges].sort(([, a], [, b]) => (depths[a] ?? 0) - (depths[b] ?? 0));
  const follow = (from: number, byte: number): number => {
    for (let node = from; ; node = fail[node] ?? 0) {
      const child = edges.get(node * 256 + byte);
      if (child !== undefined) return child;
      if (node === 0) return 0;
    }
  };
  for (const [key, node] of byDepth) {
    const parent = Math.floor(key / 256);
    const link = parent === 0 ? 0 : follow(fail[parent] ?? 0, key % 256);
    fail[node] = link;
    matches[node] = Math.max(matches[node] ?? 0, matches[link] ?? 0);
  }
  // From a pattern's last byte only what a shorter suffix began can go on.
  const parents = new Set([...edges.keys()].map((key) => Math.floor(key / 256)));
  const open = [...depths];
  for (const [, node] of byDepth) if (!parents.has(node)) open[node] = open[fail[node] ?? 0] ?? 0;

  const rows: (Int32Array | undefined)[] = [];
  let filled = 0;
  return {
    next(state, byte) {
      let row = rows[state];
      if (row === undefined) {
        if (filled >= maxRows) return follow(state, byte);
        filled++;
        row = new Int32Array(256).fill(-1);
        rows[state] = row;
      }
      const known = row[byte] ?? -1;
      if (known >= 0) return known;
      const found = follow(state, byte);
      row[byte] = found;
      return found;
    },
    depth: (state) => open[state] ?? 0,
    match: (state) => matches[state] ?? 0,
    longest: patterns.reduce((most, pattern) => Math.max(most, pattern.length), 0),
  };
}
