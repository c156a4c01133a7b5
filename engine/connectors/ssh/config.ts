import { globSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { matchesPattern } from './pattern.ts';

/** What `~/.ssh/config` says of a host; the first value given for a key counts, files of keys add up. */
export interface HostConfig {
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
  readonly identityFiles: readonly string[];
  /** As written: `user@host:port`, several with commas between; none for `none`. */
  readonly proxyJump?: string;
}

const deepest = 8;

/**
 * The part of ssh_config that says where a host is and who one is there: Host, HostName, User, Port, IdentityFile, ProxyJump, Include.
 * What stands under a `Match` is left out, but for `Match all`. A file that cannot be read says nothing.
 */
export function hostConfig(alias: string, home: string): HostConfig {
  const found = new Map<string, string>();
  const identityFiles: string[] = [];
  const readFile = (path: string, depth: number, outer: boolean) => {
    let applies = outer;
    for (const [key, rest] of lines(path)) {
      if (key === 'host') applies = outer && matchesHost(alias, words(rest));
      else if (key === 'match') applies = outer && rest.trim().toLowerCase() === 'all';
      else if (!applies) continue;
      else if (key === 'include' && depth < deepest) {
        for (const word of words(rest)) for (const file of included(word, home)) readFile(file, depth + 1, applies);
      } else if (key === 'identityfile') identityFiles.push(words(rest)[0] ?? '');
      else if (!found.has(key)) found.set(key, words(rest)[0] ?? '');
    }
  };
  readFile(join(home, '.ssh', 'config'), 0, true);

  const hostName = found.get('hostname');
  const user = found.get('user');
  const port = Number(found.get('port'));
  const proxyJump = found.get('proxyjump');
  const host = hostName === undefined ? alias : expand(hostName, { h: alias });
  const tokens = { h: host, d: home, r: user ?? '' };
  return {
    ...(hostName === undefined ? {} : { hostName: host }),
    ...(user === undefined ? {} : { user }),
    ...(Number.isInteger(port) && port > 0 ? { port } : {}),
    identityFiles: identityFiles.filter((file) => file !== '' && file !== 'none').map((file) => inHome(expand(file, tokens), home)),
    ...(proxyJump === undefined || proxyJump.toLowerCase() === 'none' ? {} : { proxyJump }),
  };
}

/** `~/` is the home folder. */
export const inHome = (path: string, home: string): string => (/^~(?=$|[\\/])/.test(path) ? join(home, path.slice(1)) : path);

function matchesHost(alias: string, patterns: readonly string[]): boolean {
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(alias, pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(alias, pattern));
}

function included(pattern: string, home: string): string[] {
  const path = inHome(pattern, home);
  return globSync(isAbsolute(path) ? path : join(home, '.ssh', path)).sort();
}

function lines(path: string): (readonly [string, string])[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [, key, rest] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    return key === undefined || rest === undefined ? [] : [[key.toLowerCase(), rest] as const];
  });
}

const words = (text: string): string[] => [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const expand = (text: string, tokens: Readonly<Record<string, string>>): string =>
  text.replace(/%(.)/g, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)));
