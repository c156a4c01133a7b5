import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Ctrl-C at a prompt; the command ends as cancelled. */
export class Interrupted extends Error {}

/**
 * Asks one line on standard error. Undefined: the input ended (Ctrl-D) or `signal` was aborted.
 * Rejects with Interrupted on Ctrl-C. A hidden answer is not echoed.
 */
export function ask(question: string, options: { hidden?: boolean; signal?: AbortSignal } = {}): Promise<string | undefined> {
  const { hidden = false, signal } = options;
  if (signal?.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const lastLine = question.slice(question.lastIndexOf('\n') + 1);
    process.stderr.write(hidden ? question : question.slice(0, question.length - lastLine.length));
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({
      input: process.stdin,
      output: hidden ? silent : process.stderr,
      terminal: true,
      historySize: 0,
      prompt: lastLine,
    });
    const end = (finish: () => void, newline: boolean) => {
      signal?.removeEventListener('abort', onAbort);
      lines.removeAllListeners();
      lines.close();
      if (newline) process.stderr.write('\n');
      finish();
    };
    const onAbort = () => end(() => resolve(undefined), true);
    signal?.addEventListener('abort', onAbort, { once: true });
    lines.once('line', (line) => end(() => resolve(line), hidden));
    lines.once('SIGINT', () => end(() => reject(new Interrupted()), true));
    lines.once('close', () => end(() => resolve(undefined), true));
    if (!hidden) lines.prompt();
  });
}

/** All of standard input. Rejects when it is longer than `limit` bytes. */
export async function readStdin(limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new RangeError('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
