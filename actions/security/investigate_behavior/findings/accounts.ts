import { type Asked, type Report, type Rule, shown } from './finding.ts';

/** Accounts that are new, are a second root, or open without a password. */
export function accounts({ since }: Asked, report: Report): Rule {
  const day = 24 * 60 * 60;
  return {
    files: ['passwd.txt', 'password-states.txt', 'journal.txt', 'authentication-log.txt', 'preloaded.txt'],
    line(file, text, line) {
      if (file === 'passwd.txt') {
        const [name = '', , id] = text.split(':');
        if (id === '0' && name !== 'root')
          report('second-root', `The account ${shown(name)} has the rights of root (user id 0).`, file, line);
      } else if (file === 'password-states.txt') {
        const [name = '', state, changed = ''] = text.split(/\s+/);
        if (state === 'NP') report('no-password', `The account ${shown(name)} has no password.`, file, line);
        const when = dayOf(changed);
        if (state === 'P' && when !== undefined && when + day > since)
          report(
            'password-set',
            `The password of ${shown(name)} was set on ${new Date(when * 1000).toISOString().slice(0, 10)}.`,
            file,
            line,
          );
      } else if (file === 'preloaded.txt') {
        if (text.trim() !== '' && !text.startsWith('#'))
          report('library-in-every-program', `${shown(text.trim())} is loaded into every program, by /etc/ld.so.preload.`, file, line);
      } else {
        const name = /\bnew user: name=([^,\s]+)/.exec(text)?.[1];
        if (name !== undefined) report('new-user', `The account ${shown(name)} was made: ${shown(text, 160)}`, file, line);
      }
    },
  };
}

/** `2026-03-01` or `03/01/2026`, as versions of passwd differ; seconds since 1970. */
function dayOf(text: string): number | undefined {
  const american = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text);
  const iso = american ? `${american[3]}-${american[1]}-${american[2]}` : text;
  const when = /^\d{4}-\d\d-\d\d$/.test(iso) ? Date.parse(iso) / 1000 : Number.NaN;
  return Number.isNaN(when) ? undefined : when;
}
