import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Processes } from './processes.ts';

/** All that is different on Windows, for Linux, macOS and other Unix. */
export const posix: Processes = {
  startTime(pid) {
    if (process.platform === 'linux') {
      const stat = linuxStat(pid);
      // The boot is part of it: pids and ticks begin again with each.
      return stat && !stat.dead ? `${stat.startTime}@${bootId()}` : undefined;
    }
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    });
    const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? '') ?? [];
    return started && !state?.startsWith('Z') ? started : undefined;
  },

  signalGroup(pid, signal) {
    try {
      process.kill(-pid, signal);
    } catch {
      // Gone already.
    }
  },

  groupLives(pid) {
    try {
      process.kill(-pid, 0);
    } catch (error) {
      // EPERM: there is one, of another user.
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
    // A zombie nobody waits for still answers, for ever in a container without a real init.
    if (process.platform !== 'linux') return true;
    return readdirSync('/proc').some((entry) => {
      const stat = /^\d+$/.test(entry) ? linuxStat(Number(entry)) : undefined;
      return stat?.group === pid && !stat.dead;
    });
  },

  askToStop(supervisorPid) {
    try {
      process.kill(supervisorPid, 'SIGTERM');
    } catch {
      // Gone already.
    }
  },

  onStopAsked(_stopFile, stop) {
    process.on('SIGTERM', stop);
    // A hangup or Ctrl+C is meant for whoever started the engine, never for a step.
    process.on('SIGHUP', () => {});
    process.on('SIGINT', () => {});
  },
};

/** Fields of /proc/PID/stat; the second one, the name, may hold anything, so they count from its end. */
function linuxStat(pid: number): { readonly dead: boolean; readonly group: number; readonly startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, , group] = fields;
    const startTime = fields[22 - 3];
    return startTime === undefined ? undefined : { dead: state === 'Z' || state === 'X', group: Number(group), startTime };
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
