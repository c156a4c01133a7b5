import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Ctrl-C at a prompt; the command ends as cancelled. */
export class Interrupted extends Error {}

interface AskOptions {
  /** The answer is not echoed. */
  readonly hidden?: boolean;
  /** Withdraws the question. */
  readonly signal?: AbortSignal;
}

/** Asks one line on standard error. Undefined: the input ended (Ctrl-D) or the question was withdrawn. Rejects with Interrupted on Ctrl-C. */
export type Ask = (question: string, options?: AskOptions) => Promise<string | undefined>;

export const ask: Ask = (question, options) => asking((inner) => inner(question, options), options?.hidden);

/** Milliseconds without a key after which everything typed earlier has arrived. */
const quiet = 50;

/**
 * Drops what was typed before now, so that a key meant for something else decides nothing. Without a terminal there is nothing
 * to drop: what comes through a pipe was written for the questions.
 */
export async function dropTypedAhead(): Promise<void> {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  // Line by line, the terminal would keep a line without its end and hand it to the question.
  stdin.setRawMode(true);
  let last = performance.now();
  let interrupted = false;
  const drop = (data: Buffer | string) => {
    last = performance.now();
    interrupted ||= data.includes('\u0003');
  };
  stdin.on('data', drop);
  try {
    while (!interrupted && performance.now() - last < quiet) await new Promise((resolve) => setTimeout(resolve, 10));
  } finally {
    stdin.off('data', drop);
    stdin.pause();
    stdin.setRawMode(false);
  }
  if (interrupted) throw new Interrupted();
}

/** Several questions one after the other: lines that are typed or pasted ahead answer the later ones. */
export async function asking<T>(work: (ask: Ask) => Promise<T>, hidden = false): Promise<T> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // Opened before the question is shown: from here on the terminal itself echoes nothing.
  const lines = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true, historySize: 0 });
  const ahead: string[] = [];
  let over: 'ended' | 'interrupted' | undefined;
  let changed: () => void = () => undefined;
  const become = (state: typeof over) => {
    over ??= state;
    changed();
  };
  lines.on('line', (line) => {
    ahead.push(line);
    changed();
  });
  lines.on('SIGINT', () => become('interrupted'));
  lines.on('close', () => become('ended'));

  const one: Ask = async (question, { signal } = {}) => {
    const last = question.slice(question.lastIndexOf('\n') + 1);
    process.stderr.write(hidden ? question : question.slice(0, question.length - last.length));
    lines.setPrompt(last);
    if (!hidden && over === undefined) lines.prompt();
    const onAbort = () => changed();
    signal?.addEventListener('abort', onAbort);
    try {
      while (ahead.length === 0 && over === undefined && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
    const line = ahead.shift();
    if (hidden || line === undefined) process.stderr.write('\n');
    if (line === undefined && over === 'interrupted') throw new Interrupted();
    return line;
  };

  try {
    return await work(one);
  } finally {
    lines.close();
  }
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
