import { createHmac } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type Sealed, seal, unseal } from '../../connectors/cipher.ts';
import { writeAtomic } from '../atomic-file.ts';

import { decode, fingerprint, keyFile, readKey } from './key.ts';
import { locked } from './locked.ts';
import type { LocalStore } from './store.ts';

export interface FileStoreOptions {
  /** The state folder, absolute and existing. */
  readonly folder: string;
  /** CREDENTIAL_ENCRYPTION_KEY: 32 bytes in base64 or hex; without it the key is a file of mode 0600 in the folder. */
  readonly key?: string | undefined;
}

/** `sealed` is absent for a secret that was removed: its name never gets a version twice, so an old approval never fits a new value. */
interface Entry {
  readonly version: number;
  readonly sealed?: Sealed;
}
interface Contents {
  /** Of the key that all values are sealed with. */
  readonly key: string | undefined;
  /** A client keeps the key. */
  readonly handed?: boolean;
  readonly entries: ReadonlyMap<string, Entry>;
}

const shortest = 6;
const longest = 64 * 1024;

/**
 * `secrets.json` in the state folder: values encrypted one by one, names and versions in the clear.
 * Opening never fails; what needs the key, and it alone, rejects with `secrets-locked` when that is missing or another.
 */
export function openSecretStore({ folder, key: given }: FileStoreOptions): LocalStore {
  const file = join(folder, 'secrets.json');
  // One change after another, so that none is lost.
  let last: Promise<unknown> = Promise.resolve();
  const change = <Result>(edit: () => Promise<Result>): Promise<Result> => {
    const next = last.then(edit);
    last = next.catch(() => {});
    return next;
  };
  /** From a client, for as long as this process lives. */
  let handed: Buffer | undefined;
  const keyFor = async (contents: Contents): Promise<Buffer> => {
    if (contents.handed && handed === undefined && given === undefined)
      return locked('VS Code keeps its key, and has not handed it over since the engine started');
    const key = handed ?? (await readKey(folder, given, contents.key === undefined));
    if (contents.key !== undefined && contents.key !== fingerprint(key))
      return locked('the key is not the one its values were encrypted with');
    return key;
  };
  const present = (contents: Contents) => [...contents.entries].filter(([, entry]) => entry.sealed).map(([name]) => name);

  return {
    names: async () => present(await read(file)).sort(),
    async get(name) {
      const contents = await read(file);
      const entry = contents.entries.get(name);
      if (!entry?.sealed) return undefined;
      const value = unseal(await keyFor(contents), name, entry.version, entry.sealed);
      return value === undefined ? locked(`the value of ${name} was damaged or changed`) : { value, version: entry.version };
    },
    async version(name) {
      const entry = (await read(file)).entries.get(name);
      return entry?.sealed && entry.version;
    },
    mark: (text) =>
      change(async () => {
        const key = await keyFor(await read(file));
        return createHmac('sha256', key).update('runwright secret mark\0').update(text).digest().readUIntBE(0, 6);
      }),
    derivedKey: (purpose) =>
      change(async () => {
        const key = await keyFor(await read(file));
        return createHmac('sha256', key).update('runwright derived key\0').update(purpose).digest('base64');
      }),
    set: (name, value, options = {}) =>
      change(async () => {
        if (!/^[A-Za-z_][\w-]{0,127}$/.test(name)) throw new ProblemError(problem('secret-name', { secret: name.slice(0, 140) }));
        checkValue(name, value, options.allowShort ?? false);
        const contents = await read(file);
        const key = await keyFor(contents);
        const version = (contents.entries.get(name)?.version ?? 0) + 1;
        const entries = new Map(contents.entries).set(name, { version, sealed: seal(key, name, version, value) });
        await write(folder, file, { ...contents, key: fingerprint(key), entries });
        return version;
      }),
    remove: (name) =>
      change(async () => {
        const contents = await read(file);
        const entry = contents.entries.get(name);
        if (!entry?.sealed) return false;
        const entries = new Map(contents.entries).set(name, { version: entry.version });
        // With no value left, nothing binds the store to its key any more.
        const bound = contents.handed || present({ ...contents, entries }).length > 0;
        await write(folder, file, { ...contents, key: bound ? contents.key : undefined, entries });
        return true;
      }),
    unlock: (text, keep) =>
      change(async () => {
        const refuse = (why: string) => new ProblemError(problem('secrets-key', { why }));
        if (given !== undefined) throw refuse('the engine has it from CREDENTIAL_ENCRYPTION_KEY');
        const key = decode(text.trim());
        if (key === undefined) throw refuse('it is not 32 bytes in hex or base64');
        const contents = await read(file);
        const there = contents.handed ? undefined : await readKey(folder, undefined, false).catch(() => undefined);
        // Outputs of runs are sealed with it too, so that even a store without a secret keeps its key.
        if ((contents.key !== undefined && contents.key !== fingerprint(key)) || there?.equals(key) === false)
          return locked('the key that was handed over is not the one that it was made with');
        if (keep === 'client') {
          if (!contents.handed) await write(folder, file, { key: fingerprint(key), handed: true, entries: contents.entries });
          await rm(keyFile(folder), { force: true });
          handed = key;
        } else {
          await writeAtomic(keyFile(folder), `${key.toString('hex')}\n`).catch((error: NodeJS.ErrnoException) =>
            locked(`its key file cannot be written (${error.code ?? 'unknown'})`),
          );
          if (contents.handed) await write(folder, file, { key: fingerprint(key), entries: contents.entries });
          handed = undefined;
        }
      }),
  };
}

/** What can be hidden and kept. Throws `secret-short`, `output-too-large`. */
export function checkValue(name: string, value: string, allowShort: boolean, remedy?: string): void {
  if (value.length < (allowShort ? 1 : shortest))
    throw new ProblemError(problem('secret-short', { secret: name }, remedy === undefined ? {} : { remedy }));
  if (Buffer.byteLength(value) > longest)
    throw new ProblemError(problem('output-too-large', { what: `The secret ${name}`, limit: '64 KiB' }));
}

async function read(file: string): Promise<Contents> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : locked(`its file cannot be read (${error.code})`),
  );
  if (text === undefined) return { key: undefined, entries: new Map() };
  try {
    const { format, key, handed, secrets }: { format?: unknown; key?: string; handed?: unknown; secrets?: Record<string, Entry> } =
      JSON.parse(text);
    if (format === 1 && secrets) return { key, handed: handed === true, entries: new Map(Object.entries(secrets)) };
  } catch {
    // As for any other content that is not ours.
  }
  return locked('its file secrets.json is damaged');
}

async function write(folder: string, file: string, { key, handed, entries }: Contents): Promise<void> {
  const text = JSON.stringify({ format: 1, key, ...(handed ? { handed } : {}), secrets: Object.fromEntries(entries) }, null, 2);
  await writeAtomic(file, `${text}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new ProblemError(problem('state-folder', { folder, why: error.code ?? 'it cannot be written' }));
  });
}
