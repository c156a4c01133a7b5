import type { EngineClient } from '../../client/client.ts';
import type { RunEvent } from '../../protocol/run.ts';
import { createSignal } from '../signal.ts';
import type { Engine } from './api.ts';
import { told } from './problem.ts';

/**
 * One connection to the user's engine, opened when first needed and kept.
 * 1. `greet` has told the engine trust and policy before anybody else gets it.
 * 2. After every gap in the events `onLive` is called, so that lists are read again.
 * 3. A connection that ended for good is opened anew by the next `get()`.
 */
export interface Connection {
  readonly state: ConnectionState;
  get(): Promise<Engine>;
  /** The engine ends, its steps go on, a new engine adopts them. */
  restart(): Promise<void>;
  /** Tells the engine trust and policy again, if one is connected. */
  greetAgain(): Promise<void>;
  onState(listener: (state: ConnectionState) => void): () => void;
  dispose(): void;
}

export type ConnectionState =
  | { readonly kind: 'off' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly version: string; readonly pid: number }
  | { readonly kind: 'failed'; readonly message: string };

export interface ConnectionOptions {
  open(): Promise<EngineClient>;
  /** Resolves when the process is gone. */
  ended(pid: number): Promise<void>;
  greet(engine: Engine): Promise<void>;
  onEvent(event: RunEvent): void;
  onLive(engine: Engine): void;
  /** The connection ended by itself, or greeting it again failed. */
  onTrouble(message: string): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const changed = createSignal<ConnectionState>();
  let state: ConnectionState = { kind: 'off' };
  let client: EngineClient | undefined;
  let opening: Promise<EngineClient> | undefined;
  let disposed = false;

  const set = (next: ConnectionState) => {
    state = next;
    changed.fire(next);
  };

  async function open(): Promise<EngineClient> {
    set({ kind: 'connecting' });
    try {
      const opened = await options.open();
      if (disposed) {
        opened.close();
        throw new Error('VS Code is closing.');
      }
      await options.greet(opened);
      follow(opened);
      client = opened;
      set({ kind: 'connected', version: opened.health.version, pid: opened.health.pid });
      return opened;
    } catch (error) {
      set({ kind: 'failed', message: told(error).message });
      throw error;
    } finally {
      opening = undefined;
    }
  }

  function follow(opened: EngineClient): void {
    opened.follow(
      {},
      {
        event: options.onEvent,
        live: () => options.onLive(opened),
        reconnected: () => {
          void greetAgain();
          options.onLive(opened);
        },
        error: (error) => {
          opened.close();
          if (client === opened) client = undefined;
          const { message } = told(error);
          options.onTrouble(message);
          if (!disposed) set({ kind: 'failed', message });
        },
      },
    );
  }

  async function greetAgain(): Promise<void> {
    if (!client) return;
    await options.greet(client).catch((error: unknown) => options.onTrouble(told(error).message));
  }

  const get = async (): Promise<EngineClient> => {
    if (client) return client;
    opening ??= open();
    return opening;
  };

  return {
    get state() {
      return state;
    },
    get,
    greetAgain,
    async restart() {
      const current = client;
      client = undefined;
      if (current) {
        const { pid } = current.health;
        await current.shutdown();
        current.close();
        // Until then it would still be found and taken for the new one.
        await options.ended(pid);
      }
      await get();
    },
    onState: changed.on,
    dispose() {
      disposed = true;
      client?.close();
      client = undefined;
    },
  };
}
