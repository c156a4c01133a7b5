// Edits at random as nobody would make them, the same for the same seed.

/** Replaces what stands between two offsets. */
export interface Mutation {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
export type Random = (below: number) => number;

/** mulberry32: small, and good enough to choose edits. @returns whole numbers from 0 to below `below`. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** What changes the meaning of the text around it. */
const fragments = [
  ...[
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ': ',
    '- ',
    '?',
    '? ',
    '#',
    ' #',
    '|',
    '>',
    '|+2',
    '>-',
    '&a ',
    '*a',
    '<<: *a',
    '!!str ',
    '%',
    '@',
    '`',
  ],
  ...[
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
    '  ',
    '      ',
    '\u2028',
    '\u0085',
    '\ufeff',
    '\u0000',
    '\u00e9',
    '\ud83d\ude42',
    '\ud83d',
    '\\',
    '~',
  ],
  ...[
    '${{',
    '}}',
    '${{ inputs.x }}',
    '${{ steps.',
    'steps:',
    'steps:\n  - ',
    'run: |\n',
    'run: ',
    'id: a',
    'with: {',
    'if: ',
    'approve: true',
    'undo:',
  ],
  ...[
    '---\n',
    '...\n',
    '%YAML 1.2\n',
    '# runwright-ignore: unknown-key\n',
    'runbook: v1\n',
    'timeout: 5',
    '0x1f',
    'null',
    '.inf',
    'x'.repeat(40),
  ],
];

/** Far beyond this nothing new is found. */
const longest = 12_000;

export function mutation(text: string, pick: Random): Mutation {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineStart = (line: number) => starts[Math.min(line, starts.length)] ?? text.length;
  const at = pick(text.length + 1);
  const line = pick(starts.length);
  const fragment = fragments[pick(fragments.length)] ?? '';
  const replace = (added: string, start = at, end = start): Mutation => ({ start, end: Math.min(end, text.length), text: added });
  if (text.length > longest) return replace('', at, at + pick(text.length));
  switch (pick(8)) {
    case 0:
      return replace(fragment);
    case 1:
      return replace(fragment, at, at + 1 + pick(3));
    case 2:
      return replace(String.fromCharCode(97 + pick(26)));
    case 3:
      return replace('', at, at + 1 + pick(8));
    case 4:
      // Lines are lost.
      return replace('', lineStart(line), lineStart(line + 1 + pick(4)));
    case 5:
      // Lines come a second time, somewhere else.
      return replace(text.slice(lineStart(line), lineStart(line + 1 + pick(6))), lineStart(pick(starts.length)));
    case 6:
      // A line moves out or in.
      return pick(2) === 0 ? replace('  ', lineStart(line)) : replace('', lineStart(line), lineStart(line) + 2);
    default: {
      const from = pick(text.length + 1);
      return replace(text.slice(from, from + pick(200)), at, at + pick(20));
    }
  }
}
