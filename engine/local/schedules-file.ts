import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Trigger } from '../../runbook/core/model.ts';
import { writeAtomic } from './atomic-file.ts';

export type Schedule = Extract<Trigger, { kind: 'schedule' }>;

/** What became of a fire: a run, or why there is none. */
export interface Fired {
  readonly at: number;
  readonly run?: string;
  /** SHA-256 of the file as it was then. */
  readonly digest?: string;
  readonly error?: Problem;
}

/** A runbook whose schedules the engine follows. */
export interface Scheduled {
  /** Absolute path. */
  readonly file: string;
  readonly name: string;
  /** As the file said them when it was last read well. */
  readonly schedules: readonly Schedule[];
  /** What steps start from: the environment of who added it, without passwords of proxies. */
  readonly environment: Readonly<Record<string, string>>;
  /** Fires up to here are done with, in milliseconds since the epoch. */
  readonly until: number;
  readonly last?: Fired;
  /** Why the file cannot be followed as it is now. */
  readonly error?: Problem;
}

const name = 'schedules.json';

/** An unreadable list is refused, never taken for an empty one: what is scheduled must not be forgotten silently. */
export async function readSchedules(folder: string): Promise<Scheduled[]> {
  let text: string;
  try {
    text = await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw broken(folder, error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read');
  }
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(isScheduled)) return value;
  } catch {
    // As for any other content that is not ours.
  }
  throw broken(folder, 'it is damaged');
}

export async function writeSchedules(folder: string, all: readonly Scheduled[]): Promise<void> {
  await writeAtomic(join(folder, name), `${JSON.stringify(all, null, 2)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new ProblemError(problem('state-folder', { folder, why: error.code ?? 'it cannot be written' }));
  });
}

function isScheduled(value: unknown): value is Scheduled {
  if (typeof value !== 'object' || value === null) return false;
  const { file, until, schedules, environment }: Partial<Record<keyof Scheduled, unknown>> = value;
  const map = typeof environment === 'object' && environment !== null;
  return typeof file === 'string' && isAbsolute(file) && typeof until === 'number' && Array.isArray(schedules) && map;
}

const broken = (folder: string, why: string) => new ProblemError(problem('state-folder', { folder, why: `${name}: ${why}` }));
