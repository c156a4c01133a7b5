import { type Asked, type Report, type Rule, shown } from './finding.ts';

/** Fewer failures in a row happen to people too. */
const many = 5;
/** Of different addresses; what comes after them is not counted. */
const most = 50_000;

interface Address {
  failures: number;
  readonly file: string;
  readonly line: number;
}

/** Passwords that somebody tries, and logins that follow on that. */
export function logins(_asked: Asked, report: Report): Rule {
  // The journal and the log of authentication often hold the same lines.
  const seen: Record<string, Map<string, Address>> = {};
  const reported = new Set<string>();
  return {
    files: ['authentication-log.txt', 'journal.txt'],
    line(file, whole, line) {
      // Somebody may have made it to be slow to search.
      const text = whole.slice(0, 500);
      seen[file] ??= new Map();
      const addresses = seen[file];
      const failed = /\b(?:Failed \S+ for|Invalid user) .*\bfrom ([\da-fA-F.:]+)/.exec(text)?.[1];
      if (failed !== undefined && !text.includes('Failed none')) {
        const known = addresses.get(failed);
        if (known) known.failures++;
        else if (addresses.size < most) addresses.set(failed, { failures: 1, file, line });
        return;
      }
      const [, user, from = ''] = /\bAccepted \S+ for (\S+) from ([\da-fA-F.:]+)/.exec(text) ?? [];
      const before = addresses.get(from)?.failures ?? 0;
      if (user === undefined || before < many || reported.has(`${user} ${from}`)) return;
      reported.add(`${user} ${from}`);
      report('login-after-failures', `${shown(user)} logged in from ${from} after ${before} attempts from there had failed.`, file, line);
    },
    end() {
      const told = new Set<string>();
      for (const addresses of Object.values(seen))
        for (const [from, { failures, file, line }] of [...addresses].sort(([, a], [, b]) => b.failures - a.failures)) {
          if (failures < many || told.has(from)) continue;
          told.add(from);
          report('failed-logins', `${failures} attempts to log in from ${from} failed.`, file, line);
        }
    },
  };
}
