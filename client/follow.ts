import * as Value from 'typebox/value';
import { WebSocket } from 'ws';
import { EventFrame } from '../protocol/api.ts';
import type { RunEvent } from '../protocol/run.ts';
import { EngineError } from './errors.ts';
import type { Endpoint } from './http.ts';

export interface FollowHandlers {
  event(event: RunEvent): void;
  /** Past events are all delivered. Called once; again after a reconnect only as `reconnected`. */
  live?(): void;
  /** The connection was lost and is being made again. */
  lost?(): void;
  /** The connection was lost and is back. Without `run`, what happened in between is not repeated: read the lists again. */
  reconnected?(): void;
  /** It ended for good: the engine refused, or it could not be found again. */
  error?(error: EngineError): void;
}

interface Options {
  /** Where the engine is now; it may have been started again on another port. `start`: one that is not up may be started. */
  locate(start: boolean): Promise<Required<Endpoint>>;
  readonly run?: string;
  readonly after: number;
}

const firstDelay = 100;
const longestDelay = 5000;
/** The connection ended without a closing frame. */
const abnormal = 1006;

/** Follows events and resumes after the last sequence when the connection drops. Returns what stops it. */
export function follow(options: Options, handlers: FollowHandlers): () => void {
  let last = options.after;
  let failures = 0;
  let wasLive = false;
  /** An engine that was stopped stays stopped until somebody needs it; one that broke is started again. */
  let broke = true;
  let stopped = false;
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;

  const receive = (data: string) => {
    const frame = parse(data);
    if (!Value.Check(EventFrame, frame)) return;
    failures = 0;
    switch (frame.kind) {
      case 'event':
        // A journal event is delivered once; output repeats the sequence of the event before it.
        if (options.run !== undefined && frame.event.type !== 'output' && frame.event.seq <= last) return;
        if (options.run !== undefined) last = Math.max(last, frame.event.seq);
        return handlers.event(frame.event);
      case 'live':
        if (wasLive) handlers.reconnected?.();
        else handlers.live?.();
        wasLive = true;
        return;
      case 'error':
        stop();
        return handlers.error?.(new EngineError(frame.error));
    }
  };

  const again = () => {
    if (stopped) return;
    const delay = Math.min(longestDelay, firstDelay * 2 ** failures++) * (0.5 + Math.random() / 2);
    timer = setTimeout(() => void connect(), delay);
  };

  const connect = async () => {
    let endpoint: Required<Endpoint>;
    try {
      endpoint = await options.locate(broke);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.error.code === 'engine-unreachable' && (!broke || failures < 8)) return again();
      stop();
      return handlers.error?.(error);
    }
    if (stopped) return;
    const query = new URLSearchParams(options.run === undefined ? {} : { run: options.run, after: String(last) });
    const current = new WebSocket(`ws://127.0.0.1:${endpoint.port}/v1/events?${query}`, {
      headers: { authorization: `Bearer ${endpoint.token}` },
      handshakeTimeout: 5000,
    });
    socket = current;
    current.on('message', (data) => {
      if (stopped) return;
      receive(String(data));
    });
    current.on('error', () => undefined);
    current.on('close', (code) => {
      broke = code === abnormal;
      if (wasLive && !stopped) handlers.lost?.();
      again();
    });
  };

  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };

  void connect();
  return stop;
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
