import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';

/** A file that is being written; what was written is known by its digest. */
export interface EvidenceFile {
  add(chunk: Buffer): void;
  /** Waits until all of it is on the disk. */
  end(): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Leaves nothing of it. */
  discard(): Promise<void>;
}

/**
 * The folder of one case, `.runwright/evidence/CASE`.
 * 1. Nobody but its owner reads it, and no version control takes it along.
 * 2. Each file is written once and then only read; `SHA256SUMS` names all others, in the form that `sha256sum -c` reads.
 */
export interface CaseFolder {
  readonly id: string;
  readonly path: string;
  create(name: string): Promise<EvidenceFile>;
  write(name: string, text: string): Promise<void>;
  /** Writes `SHA256SUMS` and gives its own digest: nothing is added after it. */
  seal(): Promise<string>;
}

export async function openCase(workspace: string, now: Date): Promise<CaseFolder> {
  const id = `case-${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${randomBytes(3).toString('hex')}`;
  const all = join(workspace, 'evidence');
  const path = join(all, id);
  const unwritable = (error: NodeJS.ErrnoException): never => {
    throw new ProblemError(problem('file-unwritable', { file: path, why: error.code ?? 'it cannot be made' }));
  };
  await mkdir(all, { recursive: true, mode: 0o700 }).catch(unwritable);
  await writeFile(join(all, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') unwritable(error);
  });
  await mkdir(path, { mode: 0o700 }).catch(unwritable);
  const sums: string[] = [];

  const create = async (name: string): Promise<EvidenceFile> => {
    const file = await open(join(path, name), 'wx', 0o400).catch(unwritable);
    const hash = createHash('sha256');
    let bytes = 0;
    let last: Promise<void> = Promise.resolve();
    return {
      add(chunk) {
        hash.update(chunk);
        bytes += chunk.length;
        last = last.then(() => file.writeFile(chunk));
        last.catch(() => {});
      },
      async end() {
        try {
          await last;
          await file.sync();
        } catch (error) {
          unwritable(error as NodeJS.ErrnoException);
        } finally {
          await file.close();
        }
        const sha256 = hash.digest('hex');
        sums.push(`${sha256}  ${name}\n`);
        return { bytes, sha256 };
      },
      async discard() {
        await last.catch(() => {});
        await file.close();
        await rm(join(path, name), { force: true });
      },
    };
  };
  const write = async (name: string, text: string) => {
    const file = await create(name);
    file.add(Buffer.from(text));
    await file.end();
  };
  return {
    id,
    path,
    create,
    write,
    async seal() {
      await write('SHA256SUMS', [...sums].sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));
      return createHash('sha256')
        .update(await readFile(join(path, 'SHA256SUMS')))
        .digest('hex');
    },
  };
}

export const json = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
