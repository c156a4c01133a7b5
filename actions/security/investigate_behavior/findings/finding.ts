/** A plain fact that is worth a look. What stands in it comes from outside: it is shown, and nothing more. */
export interface Finding {
  readonly kind: string;
  readonly fact: string;
  /** In the case's folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** One rule: sees the lines of the pieces it names, in the order of the case, and says what they show; `end` comes after all of them. */
export interface Rule {
  readonly files: readonly string[] | 'all';
  line(file: string, text: string, line: number): void;
  end?(): void;
}

export type Report = (kind: string, fact: string, file: string, line: number) => void;

/** What a rule may ask beside the lines. */
export interface Asked {
  /** Seconds since 1970, by the clock of the machine. */
  readonly since: number;
  readonly indicators: readonly string[];
}

/** Safe to show: no control characters, not endless. */
export function shown(text: string, most = 300): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return plain.length > most ? `${plain.slice(0, most)}…` : plain;
}

/** A line of `state` in pieces.ts; undefined where it is none. */
export function readState(line: string): { changed: number; status: number; rights: string; owner: string; path: string } | undefined {
  const [changed, status, rights = '', owner = '', bytes, ...path] = line.split('\t');
  if (bytes === undefined || path.length === 0) return undefined;
  return { changed: Number(changed), status: Number(status), rights, owner, path: path.join('\t') };
}

export const time = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
