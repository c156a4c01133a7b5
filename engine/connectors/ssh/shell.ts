import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';

/** Bytes of a line that is ours. */
const longestLine = 64 * 1024;

/** What came over a channel that was closed in the middle. */
export class ChannelCut extends Error {}

/** Reads a stream in pieces that the other side marked. */
export class Reader {
  readonly #stream: Readable;
  #held: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake = () => {};

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('data', this.#take);
    for (const event of ['end', 'close', 'error'] as const) stream.once(event, this.#end);
  }

  /** The text before `line`, which stands alone on its line; rejects with ChannelCut when the stream ends without it or says too much before it. */
  async until(line: string, most = 1024 * 1024): Promise<Buffer> {
    const wanted = Buffer.from(`${line}\n`);
    for (;;) {
      for (let at = this.#held.indexOf(wanted); at >= 0; at = this.#held.indexOf(wanted, at + 1)) {
        if (at > 0 && this.#held[at - 1] !== 0x0a) continue;
        const before = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + wanted.length);
        return before;
      }
      if (this.#held.length > most) throw new ChannelCut('too much before the mark');
      await this.#more();
    }
  }

  async line(): Promise<string> {
    for (;;) {
      const at = this.#held.indexOf(0x0a);
      if (at >= 0) {
        const text = this.#held.toString('utf8', 0, at);
        this.#held = this.#held.subarray(at + 1);
        return text;
      }
      if (this.#held.length > longestLine) throw new ChannelCut('a line without an end');
      await this.#more();
    }
  }

  async bytes(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const part = this.#held.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      this.#held = this.#held.subarray(part.length);
      if (missing > 0) await this.#more();
    }
    return Buffer.concat(parts);
  }

  /** Stops reading and pauses the stream; what came and was not asked for is given back. */
  detach(): Buffer {
    this.#stream.off('data', this.#take);
    this.#stream.pause();
    return this.#held;
  }

  #take = (chunk: Buffer) => {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#wake();
  };

  #end = () => {
    this.#ended = true;
    this.#wake();
  };

  async #more(): Promise<void> {
    const before = this.#held.length;
    while (this.#held.length === before) {
      if (this.#ended) throw new ChannelCut('the channel was closed');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Resolves when the channel is closed: with the exit code of its `sh`, if it came. */
export function closing(channel: ClientChannel): Promise<number | undefined> {
  let code: number | undefined;
  channel.once('exit', (given: number | null) => {
    code = given ?? undefined;
  });
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  return new Promise((resolve) => channel.once('close', () => resolve(code)));
}

/** Ends a channel nobody reads any more; one that is not read would never close. */
export function leave(channel: ClientChannel): void {
  channel.resume();
  channel.stderr.resume();
  channel.end();
}

/** The program's first mark, for `host`: rejects with `remote-shell` where it does not come, or not in time. */
export async function begun<T>(host: string, time: number, mark: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const why = `it did not answer within ${time / 1000} s`;
  const timer = setTimeout(() => reject(new ProblemError(problem('remote-shell', { host, why }, { class: 'timeout' }))), time);
  mark.catch(() => {});
  try {
    return await Promise.race([mark, late]);
  } finally {
    clearTimeout(timer);
  }
}
