import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { accounts } from './accounts.ts';
import { changedFiles } from './changed.ts';
import type { Asked, Finding, Report, Rule } from './finding.ts';
import { indicators } from './indicators.ts';
import { logins } from './logins.ts';
import { programs } from './programs.ts';

const rules: readonly ((asked: Asked, report: Report) => Rule | undefined)[] = [programs, accounts, logins, indicators, changedFiles];

/** Weightiest first; what is not here comes last. */
const order = [
  'indicator',
  'program-in-memory',
  'second-root',
  'library-in-every-program',
  'login-after-failures',
  'no-password',
  'strange-name',
  'program-in-temporary-folder',
  'deleted-program-runs',
  'listener-without-package',
  'new-user',
  'new-program-in-temporary-folder',
  'set-id-program',
  'scheduled-job-changed',
  'failed-logins',
  'password-set',
  'account-file-changed',
  'service-changed',
  'program-changed',
];
/** Of one kind: what there is more of is no news. */
const mostOfAKind = 500;
/** Characters of a line: what is longer is no line that a rule knows, and should cost it no time. Indicators are looked for in all of it. */
const longest = 5000;

/** Reads the pieces of a case once, line by line, and gives what the rules have to say, weightiest first. */
export async function find(folder: string, files: readonly string[], asked: Asked): Promise<Finding[]> {
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  const report: Report = (kind, fact, file, line) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count <= mostOfAKind) findings.push({ kind, fact, file, line });
  };
  const made = rules.map((rule) => rule(asked, report)).filter((rule) => rule !== undefined);
  for (const file of files) {
    const interested = made.filter((rule) => rule.files === 'all' || rule.files.includes(file));
    if (interested.length === 0) continue;
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(join(folder, file)), crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      for (const rule of interested) rule.line(file, rule.files === 'all' ? text : text.slice(0, longest), line);
    }
  }
  for (const rule of made) rule.end?.();
  const weight = ({ kind }: Finding) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return findings.sort((a, b) => weight(a) - weight(b));
}
