import type { Sealed } from '../cipher.ts';
import type { SecretOutputs } from '../secret-outputs.ts';
import type { StopReason } from '../stopped.ts';
import { claimFile, files, readRecord } from './files.ts';

/** What the supervisor gets on its stdin, and nowhere else. */
export interface Job {
  readonly folder: string;
  /** Of its claim. */
  readonly turn: number;
  /** The first whose program exists is started. */
  readonly commands: readonly (readonly string[])[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly secrets: readonly string[];
  readonly secretOutputs?: SecretOutputs;
  /** Bytes kept of each stream. */
  readonly spoolLimit: number;
  /** Milliseconds between TERM and KILL. */
  readonly grace: number;
}

/** A process, told from a later one with the same pid by when it began. */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

/** `pid` is the script's process and its group; times in milliseconds since the epoch. */
export interface Started extends ProcessId {
  readonly supervisorPid: number;
  readonly supervisorStartTime: string;
  readonly time: number;
}

export interface Ended {
  readonly end:
    | { readonly kind: 'exited'; readonly exitCode: number }
    | { readonly kind: 'signalled'; readonly signal: string }
    /** `code` is the system's, such as ENOENT. */
    | {
        readonly kind: 'not-started';
        readonly reason: 'folder' | 'program' | 'files' | 'stopped';
        readonly program: string;
        readonly code: string;
      };
  /** It was asked to stop before it had ended by itself. */
  readonly stopped: boolean;
  /** From `$RUNWRIGHT_OUTPUT`, redacted. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The secret ones of the outputs. */
  readonly sealed?: Sealed;
  /** Names of outputs that are too long to be read by expressions. */
  readonly tooLarge: readonly string[];
  readonly time: number;
}

/** One line of the supervisor's stdout. */
export type Frame = { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly ended: Ended };

/** The turn that stands now, and who has its claim; those before it were given up by recovering engines before anything was started. */
export function readClaim(folder: string): { readonly turn: number; readonly holder?: ProcessId } {
  for (let turn = 1; ; turn++) {
    const record = readRecord(folder, claimFile(turn));
    if (typeof record?.pid !== 'number' || typeof record.startTime !== 'string') return { turn };
    if (record.by !== 'recovery') return { turn, holder: { pid: record.pid, startTime: record.startTime } };
  }
}

export function readStarted(folder: string): Started | undefined {
  const record = readRecord(folder, files.started);
  const { pid, startTime, supervisorPid, supervisorStartTime, time } = record ?? {};
  if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof time !== 'number') return undefined;
  if (typeof supervisorPid !== 'number' || typeof supervisorStartTime !== 'string') return undefined;
  return { pid, startTime, supervisorPid, supervisorStartTime, time };
}

/** The record is our own and was written whole, so its kind is enough to know it by. */
export const readEnded = (folder: string): Ended | undefined => asEnded(readRecord(folder, files.ended));

export function asEnded(value: unknown): Ended | undefined {
  return typeof value === 'object' && value !== null && 'end' in value && 'stopped' in value ? (value as Ended) : undefined;
}

export function readStop(folder: string): StopReason | undefined {
  const reason = readRecord(folder, files.stop)?.reason;
  return reason === 'timeout' || reason === 'cancelled' ? reason : undefined;
}
