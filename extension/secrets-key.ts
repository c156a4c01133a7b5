import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from '../protocol/daemon.ts';
import type { Engine } from './engine/api.ts';

/** Where VS Code keeps it: the part of its SecretStorage that is needed here. */
export interface Keep {
  get(name: string): Thenable<string | undefined>;
  store(name: string, value: string): Thenable<void>;
  delete(name: string): Thenable<void>;
}

const name = 'runwright.secretsKey';

/**
 * Hands the key of the secret store to an engine that has just been found. It goes over the API alone, never by environment or arguments.
 * 1. The key stays the same: it moves out of the state folder when the setting is turned on, and back when it is turned off.
 * 2. It is kept here before the file goes, and there before it is forgotten here.
 */
export async function handOverKey(engine: Pick<Engine, 'unlockSecrets'>, keep: Keep, wanted: boolean, folder = ownFolder()): Promise<void> {
  const known = await keep.get(name);
  if (!wanted) {
    if (known === undefined) return;
    await engine.unlockSecrets(known, 'file');
    await keep.delete(name);
    return;
  }
  const key = known ?? (await keyOf(folder)) ?? newKey();
  if (known === undefined) await keep.store(name, key);
  try {
    await engine.unlockSecrets(key, 'client');
  } catch (error) {
    // Nothing is sealed with a key that was never taken.
    if (known === undefined) await keep.delete(name);
    throw error;
  }
}

const ownFolder = (): string => stateFolder(process.env, process.platform, homedir());

async function keyOf(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'secrets.key'), 'utf8').catch(() => undefined);
  return text?.trim() || undefined;
}

const newKey = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
