import { homedir } from 'node:os';
import { stateFolder } from '../protocol/daemon.ts';
import { EngineClient, type TokenKind } from './client.ts';
import { unreachable } from './errors.ts';
import { type Found, probe } from './probe.ts';
import { type StartCommand, startEngine } from './starter.ts';

export interface ConnectOptions {
  /** Absent: an engine that is not up is not started, and the call rejects with `engine-unreachable`. */
  readonly start?: StartCommand;
  /** Absolute; else the platform's. */
  readonly stateFolder?: string;
  /** Of the client's own package: names the engine's copy. */
  readonly version: string;
  /** `person` unless given. */
  readonly token?: TokenKind;
  /** Milliseconds to wait for a started engine. */
  readonly timeout?: number;
}

/** Finds the engine of the state folder, or starts it. Rejects with EngineError: `engine-unreachable`, `engine-other-version`. */
export async function connectEngine(options: ConnectOptions): Promise<EngineClient> {
  const folder = options.stateFolder ?? stateFolder(process.env, process.platform, homedir());
  const locate = async (start: boolean): Promise<Found> => {
    const found = await probe(folder);
    if (found) return found;
    if (!options.start || !start) throw unreachable(`none is running for the state folder ${folder}`);
    return startEngine(folder, options.version, options.start, options.timeout);
  };
  return new EngineClient(await locate(true), options.token ?? 'person', locate);
}
