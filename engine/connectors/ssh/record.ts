import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readRecord, writeAtomic } from '../local/files.ts';

/** In the attempt's own folder: the name of the remote one, and whether the wrapper may have been told to go. */
const recordFile = 'remote.json';

export interface RemoteRecord {
  readonly name: string;
  readonly told: boolean;
  /** When the attempt began, in milliseconds since the epoch. */
  readonly time: number;
}

export function readRemote(folder: string): RemoteRecord | undefined {
  const { name, told, time } = readRecord(folder, recordFile) ?? {};
  if (typeof name !== 'string' || !/^runwright-[0-9a-f]{32}$/.test(name)) return undefined;
  return typeof told === 'boolean' && typeof time === 'number' ? { name, told, time } : undefined;
}

/** Nobody can guess it, and `/tmp` there has no other like it. */
export const newName = (): string => `runwright-${randomBytes(16).toString('hex')}`;

export const writeRemote = (folder: string, record: RemoteRecord): void => writeAtomic(join(folder, recordFile), record);
