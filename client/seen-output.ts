import type { OutputText } from '../protocol/api.ts';
import type { RunEvent } from '../protocol/run.ts';

type Stream = 'stdout' | 'stderr';
const streams: readonly Stream[] = ['stdout', 'stderr'];

/**
 * How far each step's output was given to a person. Output is not journaled: what was written while nobody listened is read from
 * its spool, and offsets (bytes from the beginning of the attempt's stream) tell what of it is new.
 */
export class SeenOutput {
  readonly #read: (step: string) => Promise<OutputText>;
  readonly #next = new Map<string, number>();

  /** `read` gives the end of the output of a step's last attempt. */
  constructor(read: (step: string) => Promise<OutputText>) {
    this.#read = read;
  }

  /** What was not given yet, up to the end of this piece: empty when all of it was; with what the spool still has of a gap before it. */
  async upTo({ step = '', attempt = 1, stream = 'stdout', text = '', offset }: RunEvent): Promise<string> {
    // From an engine that does not say where it belongs.
    if (offset === undefined) return text;
    const key = keyOf(step, attempt, stream);
    const next = this.#next.get(key) ?? 0;
    const piece = Buffer.from(text);
    const end = offset + piece.length;
    if (end <= next) return '';
    this.#next.set(key, end);
    if (offset <= next) return piece.toString('utf8', next - offset);
    const spool = await this.#read(step);
    return spool.attempt === attempt ? part(spool, stream, next, offset) + text : text;
  }

  /** What the spool of the step's attempt has and nobody was given. */
  async rest(step: string, attempt: number): Promise<{ stream: Stream; text: string; offset: number }[]> {
    const spool = await this.#read(step);
    if (spool.attempt !== attempt) return [];
    return streams.flatMap((stream) => {
      const key = keyOf(step, attempt, stream);
      const next = this.#next.get(key) ?? 0;
      const end = spool.offsets[stream] + Buffer.byteLength(spool[stream]);
      const text = part(spool, stream, next, end);
      this.#next.set(key, Math.max(next, end));
      return text === '' ? [] : [{ stream, text, offset: Math.max(next, spool.offsets[stream]) }];
    });
  }
}

const keyOf = (step: string, attempt: number, stream: Stream): string => `${stream} ${attempt} ${step}`;

function part(spool: OutputText, stream: Stream, from: number, to: number): string {
  const start = spool.offsets[stream];
  return Buffer.from(spool[stream]).toString('utf8', Math.max(0, from - start), Math.max(0, to - start));
}
