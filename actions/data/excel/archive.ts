import { StringDecoder } from 'node:string_decoder';
import type { Entry, ZipFile } from 'yauzl';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { Stopped, throwIfStopped } from '../stopped.ts';

/**
 * The parts of a workbook, which is a zip archive, as text. A small archive can hold a text without end, so what comes out is counted while
 * it does: more than `mostBytes` in all, or more than `mostRatio` times what went in, ends it. What the archive says of itself is not believed.
 */
const mostEntries = 10_000;
const mostBytes = 1024 ** 3;
const mostRatio = 200;
/** Below this the ratio says nothing. */
const harmless = 16 * 1024 * 1024;
/** Characters given on at once: what the loop of events waits for. */
const piece = 32 * 1024;

export interface Archive {
  readonly parts: ReadonlyMap<string, unknown>;
  text(part: string): AsyncGenerator<string>;
  close(): void;
}

/** Throws `data-format`, `data-limit`. `name` is how people know the file, which must be there. */
export async function openArchive(path: string, name: string, signal: AbortSignal): Promise<Archive> {
  const { open } = (await import('yauzl')).default;
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(path, { autoClose: false, lazyEntries: true }, (error, file) => (error ? reject(notWorkbook(name, error)) : resolve(file)));
  });
  try {
    const parts = await entries(zip, name, signal);
    let inflated = 0;
    const count = (bytes: number, compressed: number, own: number) => {
      inflated += bytes;
      if (inflated > mostBytes) throw tooLarge(name, '1 GiB');
      if (own > harmless && own > mostRatio * compressed) throw tooLarge(name, `${mostRatio} times its packed size`);
    };
    return { parts, close: () => zip.close(), text: (part) => textOf(zip, parts.get(part), name, count, signal) };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function entries(zip: ZipFile, name: string, signal: AbortSignal): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>();
  if (zip.entryCount > mostEntries)
    throw new ProblemError(problem('data-limit', { what: `The number of parts of ${name}`, limit: mostEntries }));
  return new Promise((resolve, reject) => {
    zip.on('error', (error: Error) => reject(notWorkbook(name, error)));
    zip.on('end', () => resolve(found));
    zip.on('entry', (entry: Entry) => {
      if (signal.aborted) return reject(new Stopped('stopped'));
      // Of two of one name readers disagree which is meant.
      if (found.has(entry.fileName)) return reject(notWorkbook(name, new Error(`it has two parts named ${entry.fileName.slice(0, 100)}`)));
      found.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function* textOf(
  zip: ZipFile,
  entry: Entry | undefined,
  name: string,
  count: (bytes: number, compressed: number, own: number) => void,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (!entry) return;
  const stream = await new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(notWorkbook(name, error)) : resolve(opened)));
  });
  const decoder = new StringDecoder('utf8');
  let own = 0;
  try {
    for await (const chunk of stream) {
      throwIfStopped(signal);
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      own += bytes.length;
      count(bytes.length, entry.compressedSize, own);
      for (let at = 0; at < bytes.length; at += piece) yield decoder.write(bytes.subarray(at, at + piece));
    }
    yield decoder.end();
  } catch (error) {
    throw error instanceof ProblemError || error instanceof Stopped ? error : notWorkbook(name, error);
  } finally {
    stream.destroy();
  }
}

const tooLarge = (name: string, limit: string) =>
  new ProblemError(
    problem(
      'data-limit',
      { what: `What ${name} unpacks to`, limit },
      { remedy: 'Do not open it: an archive like this is often made to do harm. If it is yours, save the sheet as CSV.' },
    ),
  );

/** Every reason why an archive or its XML cannot be read. */
export const notWorkbook = (name: string, error: unknown): ProblemError =>
  new ProblemError(
    problem(
      'data-format',
      {
        file: name,
        format: 'an Excel workbook',
        why: (error instanceof Error ? error.message : String(error)).replace(/\.$/, '').slice(0, 200),
      },
      { remedy: 'Open it in a spreadsheet program and save it as .xlsx, without a password, or as CSV.' },
    ),
  );
