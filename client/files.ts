import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Value from 'typebox/value';
import { DaemonFile, TokensFile } from '../protocol/daemon.ts';

/** What the engine left in its state folder; undefined where it is absent, half written or something else. */
export const readDaemonFile = (folder: string): Promise<DaemonFile | undefined> => readJson(join(folder, 'daemon.json'), DaemonFile);
export const readTokens = (folder: string): Promise<TokensFile | undefined> => readJson(join(folder, 'tokens.json'), TokensFile);

async function readJson<T extends typeof DaemonFile | typeof TokensFile>(file: string, schema: T) {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Value.Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The last lines of the engine's log, for an error that says why it did not start. */
export async function logTail(folder: string, lines = 8): Promise<string> {
  const text = await readFile(join(folder, 'engine.log'), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
