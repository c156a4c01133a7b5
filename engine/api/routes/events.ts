import type { WebSocket } from 'ws';
import type { EventFrame, FollowQuery } from '../../../protocol/api.ts';
import type { RunEvent } from '../../../protocol/run.ts';
import type { Runtime } from '../runtime.ts';

/** Bytes a slow client may lag: from the first on it gets no output frames, at the second it is cut off and resumes by sequence. */
const outputLimit = 1024 * 1024;
const hardLimit = 16 * 1024 * 1024;

type Socket = Pick<WebSocket, 'send' | 'close' | 'terminate' | 'on' | 'bufferedAmount'>;

/** The WebSocket `/v1/events`. Journal events are never left out; output is, with a note, when the client does not keep up. */
export function serveEvents(socket: Socket, runtime: Runtime, query: FollowQuery, fail: (error: unknown) => EventFrame): void {
  let dropped = 0;
  let unfollow = (): void => undefined;
  const send = (frame: EventFrame) => {
    if (socket.bufferedAmount > hardLimit) {
      unfollow();
      socket.terminate();
    } else socket.send(JSON.stringify(frame));
  };
  const event = (event: RunEvent) => {
    if (event.type === 'output' && socket.bufferedAmount > outputLimit) {
      dropped += event.text?.length ?? 0;
      return;
    }
    if (dropped > 0) {
      const { seq, time, run } = event;
      send({
        kind: 'event',
        event: {
          seq,
          time,
          run,
          type: 'output',
          message: `${dropped} characters of output were left out here: the client read too slowly.`,
        },
      });
      dropped = 0;
    }
    send({ kind: 'event', event });
  };
  socket.on('close', () => unfollow());
  socket.on('error', () => unfollow());
  try {
    unfollow = runtime.follow({ run: query.run, after: query.after ?? 0 }, { event, live: () => send({ kind: 'live' }) });
  } catch (error) {
    send(fail(error));
    socket.close(1008);
  }
}
