// A file of its own in dist/: the client with its WebSocket is loaded when an engine is first needed.
import type { EngineClient, TokenKind } from '../../client/client.ts';
import { connectEngine } from '../../client/connect.ts';
import { inspectArguments } from '../inspect.ts';

/** Finds the user's engine or starts it with VS Code's own runtime, so that nobody needs Node. `engine` is the path of engine.cjs. */
export function connect(engine: string, version: string, token?: TokenKind): Promise<EngineClient> {
  // With an argument before it the engine runs from its own place, beside its source maps.
  const args = [...inspectArguments(process.env.RUNWRIGHT_DEBUG_ENGINE), engine];
  return connectEngine({
    version,
    ...(token === undefined ? {} : { token }),
    start: { command: process.execPath, args, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
  });
}

/** The engine that runs, by a token that reads and asks, and cannot approve. */
export function connectAssistant(version: string): Promise<EngineClient> {
  return connectEngine({ version, token: 'assistant' });
}
