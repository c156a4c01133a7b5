import { dirname, isAbsolute, join } from 'node:path/posix';

/** Files of rules that include others deeper than this include each other. */
const deepest = 5;

export interface Loaded {
  readonly there: boolean;
  readonly why: string;
  /** The last word of the rules on whether the engine refuses requests. */
  readonly enforced: boolean;
}

/**
 * Whether an nginx whose configuration is `dump` (of `nginx -T`) loads the file of rules, itself or by an `Include` in another one;
 * without that, rules would be written into a file that nobody reads.
 */
export async function isLoaded(dump: string, file: string, read: (path: string) => Promise<string>): Promise<Loaded> {
  const config = dump.replace(/^\s*#(?! configuration file ).*$/gm, '');
  if (!/(?:^|[{};\s])modsecurity\s+on\s*;/m.test(config)) return { there: false, why: 'it has no `modsecurity on;`', enforced: false };
  const root = dirname(/^# configuration file (\S+):$/m.exec(dump)?.[1] ?? '/etc/nginx/nginx.conf');
  const starts = [...config.matchAll(/\bmodsecurity_rules_file\s+["']?([^"';\s]+)["']?\s*;/g)].map((match) =>
    absolute(match[1] ?? '', root),
  );
  if (starts.length === 0) return { there: false, why: 'it has no `modsecurity_rules_file`', enforced: false };
  let there = false;
  let engine = /\bSecRuleEngine\s+(\w+)/i.exec(config)?.[1] ?? '';
  const seen = new Set<string>();
  const visit = async (path: string, depth: number): Promise<void> => {
    if (path === file) there = true;
    if (seen.has(path) || depth > deepest) return;
    seen.add(path);
    for (const line of (await read(path)).split('\n')) {
      engine = /^\s*SecRuleEngine\s+["']?(\w+)/i.exec(line)?.[1] ?? engine;
      const include = /^\s*Include\s+["']?([^"'\s]+)/i.exec(line)?.[1];
      if (include === undefined) continue;
      const other = absolute(include, dirname(path));
      if (!/[*?[]/.test(other)) await visit(other, depth + 1);
      else if (glob(other).test(file)) there = true;
    }
  };
  for (const start of starts) await visit(start, 0);
  return { there, why: 'none of its files of rules is this one or includes it', enforced: engine.toLowerCase() === 'on' };
}

const absolute = (path: string, folder: string): string => (isAbsolute(path) ? path : join(folder, path));

function glob(pattern: string): RegExp {
  const parts = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${parts}$`);
}
