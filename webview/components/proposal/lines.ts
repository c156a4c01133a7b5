export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'skipped';
  readonly text: string;
}

/** Lines of unchanged text that are shown around a change. */
const around = 3;
/** Pairs of lines that are compared at most; what is larger is shown as one change. */
const mostPairs = 1_000_000;

/** What a change does, line by line, as it can be read out. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const all = [
    ...of('same', old.slice(0, start)),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...of('same', old.slice(old.length - end)),
  ];
  return shortened(all);
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/));
const of = (kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind, text }));

/** By the longest common part. */
function middle(old: readonly string[], now: readonly string[]): DiffLine[] {
  if (old.length * now.length > mostPairs) return [...of('removed', old), ...of('added', now)];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i++] ?? '' });
      j++;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) lines.push({ kind: 'removed', text: old[i++] ?? '' });
    else lines.push({ kind: 'added', text: now[j++] ?? '' });
  }
  return lines;
}

/** Unchanged text far from every change is left out, and that is said. */
function shortened(lines: readonly DiffLine[]): DiffLine[] {
  const near = new Uint8Array(lines.length);
  for (const [index, { kind }] of lines.entries())
    if (kind !== 'same') near.fill(1, Math.max(0, index - around), Math.min(lines.length, index + around + 1));
  const shown: DiffLine[] = [];
  let skipped = 0;
  const skip = () => {
    if (skipped > 0) shown.push({ kind: 'skipped', text: `${skipped} unchanged ${skipped === 1 ? 'line' : 'lines'}` });
    skipped = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (near[index] === 0) skipped++;
    else {
      skip();
      shown.push(line);
    }
  }
  skip();
  return shown;
}
