import { type Asked, type Report, type Rule, readState, shown, time } from './finding.ts';

/** Files of these pieces are few and matter each; `what` begins the sentence. */
const watched: Readonly<Record<string, { readonly kind: string; readonly what: string }>> = {
  'job-files.txt': { kind: 'scheduled-job-changed', what: 'The scheduled job' },
  'service-files.txt': { kind: 'service-changed', what: 'The service file' },
  'account-files.txt': { kind: 'account-file-changed', what: 'The file' },
};

const temporary = /^\/(tmp|var\/tmp|dev\/shm)\//;
const programs = /^(\/usr)?\/(s?bin|lib(32|64)?|local\/s?bin)\//;

/** What was changed since the time that is asked for; the status time shows it also where the other was set back. */
export function changedFiles({ since }: Asked, report: Report): Rule {
  return {
    files: [...Object.keys(watched), 'changed-files.txt', 'set-id-files.txt'],
    line(file, text, line) {
      const state = readState(text);
      if (!state) return;
      const { changed, status, rights, owner, path } = state;
      const recent = Math.max(changed, status) >= since;
      const when = `${time(Math.max(changed, status))}${changed < since && status >= since ? `, though it claims ${time(changed)}` : ''}`;
      const known = Object.hasOwn(watched, file) ? watched[file] : undefined;
      if (known) {
        // A folder changes whenever anything in it does.
        if (recent && !rights.startsWith('d'))
          report(known.kind, `${known.what} ${shown(path)} (of ${owner}) was changed at ${when}.`, file, line);
        return;
      }
      if (rights === '-') return report('strange-name', `The name of a file holds a line end: ${shown(path)}.`, file, line);
      const runs = /^-.*[xs]/.test(rights);
      if (file === 'set-id-files.txt') {
        if (recent || temporary.test(path))
          report(
            'set-id-program',
            `${shown(path)} (${rights}, of ${owner}) runs with its owner's rights and was changed at ${when}.`,
            file,
            line,
          );
      } else if (runs && temporary.test(path))
        report(
          'new-program-in-temporary-folder',
          `The program ${shown(path)} (of ${owner}) lies in a folder for temporary files.`,
          file,
          line,
        );
      else if (runs && programs.test(path)) report('program-changed', `The program ${shown(path)} was changed at ${when}.`, file, line);
    },
  };
}
