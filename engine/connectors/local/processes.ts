import { posix } from './posix.ts';
import { windows } from './windows.ts';

/** What the connector and the supervisor need of an operating system beyond what Node covers. */
export interface Processes {
  /** When the process began, in a form that no later process with its pid shares; undefined when it does not live. */
  startTime(pid: number): string | undefined;
  /** To every process of the group. */
  signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Whether any process of the group lives. */
  groupLives(pid: number): boolean;
  askToStop(supervisorPid: number): void;
  /** Calls `stop` when this process, a supervisor, is asked to stop its script. */
  onStopAsked(stopFile: string, stop: () => void): void;
}

export const processes: Processes = process.platform === 'win32' ? windows : posix;

export const lives = (process: { readonly pid: number; readonly startTime: string }): boolean =>
  processes.startTime(process.pid) === process.startTime;
