import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Processes } from './processes.ts';

const system32 = () => `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32`;

/** Written from the documentation of taskkill and PowerShell; not yet run on a Windows machine. There is no gentle way to end a tree of console programs, so TERM ends it at once. */
export const windows: Processes = {
  startTime(pid) {
    const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
    const { stdout } = spawnSync(
      `${system32()}\\WindowsPowerShell\\v1.0\\powershell.exe`,
      ['-NoProfile', '-NonInteractive', '-Command', script],
      { encoding: 'utf8', windowsHide: true },
    );
    return stdout?.trim() || undefined;
  },
  signalGroup(pid) {
    spawnSync(`${system32()}\\taskkill.exe`, ['/PID', String(pid), '/T', '/F'], { windowsHide: true });
  },
  groupLives(pid) {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  },
  askToStop() {
    // The stop file is the message.
  },
  onStopAsked(stopFile, stop) {
    const timer = setInterval(() => {
      if (!existsSync(stopFile)) return;
      clearInterval(timer);
      stop();
    }, 250);
    timer.unref();
  },
};
