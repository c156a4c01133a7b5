import { StringDecoder } from 'node:string_decoder';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { readBytes } from '../files.ts';
import type { Encoding } from './encoding.ts';

/** The text of a file, decoded as it is read, without its byte order mark. What is no character of the encoding becomes U+FFFD. */
export async function* readText(path: string, name: string, encoding: Encoding, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = await decoderOf(encoding.name, name);
  for await (const chunk of readBytes(path, name, signal, encoding.mark)) yield decoder.write(chunk);
  yield decoder.end() ?? '';
}

/** Whether a name of an encoding is known. */
export async function knownEncoding(name: string): Promise<boolean> {
  return (await import('iconv-lite')).encodingExists(name);
}

async function decoderOf(encoding: string, file: string): Promise<{ write(chunk: Buffer): string; end(): string | undefined }> {
  if (encoding === 'utf-8') return new StringDecoder('utf8');
  const { encodingExists, getDecoder } = await import('iconv-lite');
  if (!encodingExists(encoding)) throw unknownEncoding(file, encoding);
  return getDecoder(encoding, { stripBOM: false });
}

export const unknownEncoding = (file: string, encoding: string): ProblemError =>
  new ProblemError(
    problem(
      'data-format',
      { file, format: 'CSV', why: `the encoding ${encoding.slice(0, 40)} is not known` },
      { remedy: 'Give the encoding by its usual name, such as utf-8, windows-1252, utf-16le or shift_jis.' },
    ),
  );
