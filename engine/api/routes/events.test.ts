import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EventFrame } from '../../../protocol/api.ts';
import type { RunEvent } from '../../../protocol/run.ts';
import { problem } from '../../../runbook/core/errors.ts';
import type { Runtime } from '../runtime.ts';
import { serveEvents } from './events.ts';

/** A socket whose lag the test sets. */
class FakeSocket {
  readonly sent: EventFrame[] = [];
  bufferedAmount = 0;
  terminated = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  terminate(): void {
    this.terminated = true;
  }
  close(): void {}
  on(): this {
    return this;
  }
}

function scene() {
  const socket = new FakeSocket();
  let heard: (event: RunEvent) => void = () => assert.fail('not followed');
  let followed = true;
  const runtime = {
    follow: (_options, listener) => {
      heard = (event) => listener.event(event);
      return () => {
        followed = false;
      };
    },
  } as Pick<Runtime, 'follow'> as Runtime;
  serveEvents(socket as unknown as Parameters<typeof serveEvents>[0], runtime, {}, () => ({ kind: 'error', error: problem('internal') }));
  const tell = (seq: number, type: string, text?: string) =>
    heard({ seq, time: '2026-01-01T00:00:00.000Z', run: 'r', type, ...(text === undefined ? {} : { text }) });
  return { socket, tell, isFollowed: () => followed };
}

describe('a client that reads slowly', () => {
  it('misses output, is told how much, and misses no journal event', () => {
    const { socket, tell } = scene();
    tell(1, 'step-started');
    tell(1, 'output', 'seen');
    socket.bufferedAmount = 2 * 1024 * 1024;
    tell(1, 'output', 'lost!');
    tell(1, 'output', 'lost too');
    tell(2, 'step-succeeded');
    const shown = socket.sent.map((frame) =>
      frame.kind === 'event' ? (frame.event.text ?? frame.event.message ?? frame.event.type) : frame.kind,
    );
    assert.deepEqual(shown, [
      'step-started',
      'seen',
      '13 characters of output were left out here: the client read too slowly.',
      'step-succeeded',
    ]);
  });

  it('is cut off before it fills the memory', () => {
    const { socket, tell, isFollowed } = scene();
    socket.bufferedAmount = 17 * 1024 * 1024;
    tell(1, 'step-started');
    assert.deepEqual([socket.terminated, socket.sent.length, isFollowed()], [true, 0, false]);
  });
});
