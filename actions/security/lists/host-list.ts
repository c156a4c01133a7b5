import type { List } from './list.ts';

/** Names or addresses of hosts, one a line, in lower case. */
export function hostList(file: string): List {
  return { file, key: hostOf, lines: (keys) => [...new Set(keys.flatMap((key) => hostOf(key) ?? []))].sort(), now: Date.now };
}

export const hostOf = (line: string): string | undefined => {
  const text = (line.split('#')[0] ?? '').trim().toLowerCase();
  return /^[a-z0-9_:][a-z0-9_.:%-]{0,252}$/.test(text) ? text : undefined;
};
