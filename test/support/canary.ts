import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Its last character begins none of the forms below: what could still become one is held back, and with it the end of its line.
export const canary = `cAnary-${Date.now()}-9f3e/7+"q|`;

/** Every way in which it must not be found, made apart from the redactor's own. */
const forms: readonly (readonly [name: string, text: string])[] = [
  ['plain', canary],
  ['beginning', canary.slice(0, 11)],
  ['end', canary.slice(-11)],
  ['host', canary.slice(0, 18).toLowerCase()],
  ['hex', Buffer.from(canary).toString('hex')],
  ['HEX', Buffer.from(canary).toString('hex').toUpperCase()],
  ['percent', encodeURIComponent(canary)],
  ['json', JSON.stringify(canary).slice(1, -1)],
  ...['', 'x', 'xx'].flatMap((before): [string, string][] => {
    const core = Buffer.from(before + canary)
      .toString('base64')
      .slice(4, -4);
    return [
      [`base64 after ${before.length}`, core],
      [`base64url after ${before.length}`, core.replaceAll('+', '-').replaceAll('/', '_')],
    ];
  }),
];

export function foundIn(where: string, content: string): string[] {
  return forms.flatMap(([name, text]) => (content.includes(text) ? [`${name} in ${where}`] : []));
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Command lines of all processes; only where /proc tells them. */
export function commandLines(): string {
  if (process.platform !== 'linux') return '';
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}
