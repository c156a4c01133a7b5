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

  const openOf = Int32Array.from(open);
  const matchOf = Int32Array.from(matches);

  // One flat table, -1 where nothing has been looked up yet; `rowOf` is where a state's row begins in it.
  const rowOf = new Int32Array(depths.length).fill(-1);
  let table = new Int32Array(0);
  let filled = 0;
  const addRow = (state: number): number => {
    const begin = filled * 256;
    if (begin === table.length) {
      const larger = new Int32Array(Math.max(16 * 256, table.length * 2)).fill(-1);
      larger.set(table);
      table = larger;
    }
    filled++;
    rowOf[state] = begin;
    return begin;
  };
  return {
    next(state, byte) {
      let row = rowOf[state] ?? -1;
      if (row < 0) {
        if (filled >= maxRows) return follow(state, byte);
        row = addRow(state);
      }
      const known = table[row + byte] ?? -1;
      if (known >= 0) return known;
      const found = follow(state, byte);
      table[row + byte] = found;
      return found;
    },
    depth: (state) => openOf[state] ?? 0,
    match: (state) => matchOf[state] ?? 0,
    longest: patterns.reduce((most, pattern) => Math.max(most, pattern.length), 0),
  };
}
