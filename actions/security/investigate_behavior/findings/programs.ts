import { type Asked, type Report, type Rule, shown } from './finding.ts';

const temporary = /^\/(tmp|var\/tmp|dev\/shm)\//;
const deletedMark = / \(deleted\)$/;

interface Listener {
  readonly address: string;
  readonly protocol: string;
  readonly pids: readonly string[];
  readonly line: number;
}

/** Programs that run from places they should not, and listeners that no package brought. */
export function programs(_asked: Asked, report: Report): Rule {
  const programOf = new Map<string, string>();
  const packaged = new Set<string>();
  const listeners: Listener[] = [];
  let packagesKnown = false;
  return {
    files: ['sockets.txt', 'executables.txt', 'program-packages.txt'],
    line(file, text, line) {
      if (file === 'sockets.txt') {
        const found = readListener(text, line);
        if (found) listeners.push(found);
      } else if (file === 'program-packages.txt') {
        const path = text.split('\t')[1];
        if (path === undefined) return;
        packagesKnown = true;
        packaged.add(path.replace(/^\/usr\//, '/'));
      } else {
        const [pid = '', owner = '', program = '-'] = text.split('\t');
        programOf.set(pid, program);
        const who = `Process ${pid} (of user id ${owner})`;
        if (program.startsWith('/memfd:'))
          report('program-in-memory', `${who} runs a program that is in no file: ${shown(program)}.`, file, line);
        else if (deletedMark.test(program))
          report(
            'deleted-program-runs',
            `${who} runs ${shown(program.replace(deletedMark, ''))}, which was deleted or replaced since it started; an update does that too.`,
            file,
            line,
          );
        else if (temporary.test(program)) report('program-in-temporary-folder', `${who} runs ${shown(program)}.`, file, line);
      }
    },
    end() {
      for (const { address, protocol, pids, line } of listeners) {
        const unpackaged = new Set(
          pids
            .map((pid) => programOf.get(pid)?.replace(deletedMark, ''))
            .filter((program) => program?.startsWith('/') && packagesKnown && !packaged.has(program.replace(/^\/usr\//, '/'))),
        );
        for (const program of unpackaged)
          report(
            'listener-without-package',
            `${shown(program ?? '')} listens on ${protocol} ${shown(address)} and is of no package that is installed there.`,
            'sockets.txt',
            line,
          );
      }
    },
  };
}

/** Of `ss -tunap` or `netstat -tunap`; undefined for a line that is no listener. */
export function readListener(text: string, line: number): Listener | undefined {
  const words = text.trim().split(/\s+/);
  const protocol = words[0] ?? '';
  const bySs = /^(tcp|udp)$/.test(protocol) && /^(LISTEN|UNCONN)$/.test(words[1] ?? '');
  if (bySs) {
    const pids = [...text.matchAll(/\bpid=(\d+)/g)].map((match) => match[1] ?? '');
    return { protocol, address: words[4] ?? '', pids, line };
  }
  const byNetstat =
    /^(tcp|udp)6?$/.test(protocol) && (/\bLISTEN\b/.test(text) || protocol.startsWith('udp')) && /^\d+$/.test(words[1] ?? '');
  if (!byNetstat) return undefined;
  return { protocol, address: words[3] ?? '', pids: [...text.matchAll(/\s(\d+)\//g)].map((match) => match[1] ?? ''), line };
}
