import type { Lines } from './syntax/lines.ts';

const comment = /^[ \t]*#[ \t]*runwright-ignore:[ \t]*([a-z0-9-]+(?:[ \t,]+[a-z0-9-]+)*)/;

/** Which codes are silenced on which line (0-based): `# runwright-ignore: code` speaks of the next line, or of what the next one speaks of. */
export function readIgnores(text: string, lines: Lines): ReadonlyMap<number, ReadonlySet<string>> {
  const ignores = new Map<number, ReadonlySet<string>>();
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const { line } = lines.position(at);
    const { start, end } = lines.range(line);
    const codes = comment.exec(text.slice(start, end))?.[1]?.split(/[ \t,]+/);
    if (codes) ignores.set(line + 1, new Set([...codes, ...(ignores.get(line) ?? [])]));
  }
  return ignores;
}

const word = 'runwright-ignore';
