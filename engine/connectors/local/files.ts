import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What an attempt's folder holds. None of it ever holds a secret that the engine knows. */
export const files = {
  started: 'started.json',
  ended: 'ended.json',
  /** Why the engine asked the supervisor to stop. */
  stop: 'stop.json',
  stdout: 'stdout',
  stderr: 'stderr',
  /** `$RUNWRIGHT_OUTPUT`; removed when read. */
  output: 'output',
} as const;

/**
 * Who may start the script: made once, by the supervisor before it starts it, or by a recovering engine so that no supervisor
 * of the engine before it does. The engine then starts its own, whose claim is the next turn's.
 */
export const claimFile = (turn: number): string => (turn === 1 ? 'claim.json' : `claim-${turn}.json`);

/** Written whole or not at all, and there after a power cut. */
export function writeAtomic(path: string, value: object): void {
  const temporary = writeTemporary(path, value);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Written whole or not at all, as long as the machine is on: for what says nothing any more once its processes are gone. */
export function writeWhole(path: string, value: object): void {
  const temporary = writeTemporary(path, value, false);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** As `writeAtomic`, but only where nothing was: false when the file is there already. */
export function writeOnce(path: string, value: object): boolean {
  const temporary = writeTemporary(path, value);
  try {
    linkSync(temporary, path);
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The object in a file of the folder; undefined when there is none or it is not whole. */
export function readRecord(folder: string, file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

function writeTemporary(path: string, value: object, sync = true): string {
  // Not random: loading node:crypto is a tenth of a supervisor's start, and the clock tells two processes of one id apart.
  const temporary = `${path}.${process.pid}-${process.hrtime.bigint()}`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(file, JSON.stringify(value));
    if (sync) fsyncSync(file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return temporary;
}

function syncFolder(folder: string): void {
  // A folder cannot be opened on Windows, where the rename alone is durable enough.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
