import type { ClientChannel } from 'ssh2';
import { longestOutputFile } from '../local/output-parser.ts';
import type { StreamName } from '../local/streams.ts';
import { leave, Reader } from './shell.ts';

/** Bytes held back before the script has to wait. */
const mostHeld = 1024 * 1024;

export interface HeldOptions {
  readonly name: string;
  /** What was added to `$RUNWRIGHT_OUTPUT`. */
  masks(added: Buffer): void;
  show(stream: StreamName, chunk: Buffer): void;
  pause(): void;
  resume(): void;
}

/**
 * Holds output back until it is known what the script had masked when it printed it: for what has come, the other side is asked what
 * `$RUNWRIGHT_OUTPUT` holds by now, and its answer is heeded first. One question at a time, for all that came since the one before.
 */
export function holdForMasks(options: HeldOptions) {
  let held: { readonly stream: StreamName; readonly chunk: Buffer }[] = [];
  let size = 0;
  let asked = 0;
  let seen = 0;
  let channel: ClientChannel | undefined;
  let open = true;

  const release = (count: number) => {
    const ready = held.slice(0, count);
    held = held.slice(count);
    for (const { stream, chunk } of ready) {
      size -= chunk.length;
      options.show(stream, chunk);
    }
    if (size <= mostHeld) options.resume();
  };
  const ask = () => {
    if (!channel || asked > 0 || held.length === 0) return;
    asked = held.length;
    channel.write('\n');
  };
  /** Without somebody to ask, what comes is shown as it comes. */
  const giveUp = () => {
    open = false;
    channel = undefined;
    release(held.length);
  };
  const answers = async (given: ClientChannel) => {
    const reader = new Reader(given);
    await reader.until(`${options.name} ready`);
    // Not before: the other side's shell may read ahead what belongs to no program.
    channel = given;
    for (ask(); ; ask()) {
      const answer = await reader.until(options.name, 2 * longestOutputFile);
      seen += answer.length;
      options.masks(answer.at(-1) === 0x0a ? answer.subarray(0, -1) : answer);
      const ready = asked;
      asked = 0;
      release(ready);
      if (seen > longestOutputFile) return;
    }
  };

  return {
    push(stream: StreamName, chunk: Buffer) {
      if (!open) return options.show(stream, chunk);
      held.push({ stream, chunk });
      size += chunk.length;
      if (size > mostHeld) options.pause();
      ask();
    },
    /** Somebody to ask; `connected` says whether the connection itself still stands when that channel ends. */
    watch(given: ClientChannel, connected: () => boolean) {
      if (!open) return leave(given);
      given.on('error', () => {});
      given.stderr.resume();
      answers(given)
        .catch(() => {})
        .finally(() => {
          leave(given);
          if (connected()) giveUp();
          else channel = undefined;
        });
    },
    giveUp,
    /** The rest, when all masks are known. */
    finish() {
      channel?.end();
      giveUp();
    },
  };
}
