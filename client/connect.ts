import { homedir } from 'node:os';
import { stateFolder } from '../protocol/daemon.ts';
import { protocolVersion } from '../protocol/version.ts';
import { EngineClient, type TokenKind } from './client.ts';
import { otherVersion, unreachable } from './errors.ts';
import { type Found, probe } from './probe.ts';
import { drain, isOlder } from './replace.ts';
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

/**
 * Finds the engine of the state folder, or starts it; one of an older version is asked to finish, and replaced.
 * Rejects with EngineError: `engine-unreachable`, `engine-other-version`, `engine-draining`.
 */
export async function connectEngine(options: ConnectOptions): Promise<EngineClient> {
  const folder = options.stateFolder ?? stateFolder(process.env, process.platform, homedir());
  const locate = async (start: boolean): Promise<Found> => {
    const found = await probe(folder);
    // Who may not approve replaces nothing, and who starts nothing stops nothing.
    if (found && isOlder(found, options.version) && options.start && start && options.token !== 'assistant') await drain(found);
    else if (found && found.health.protocol !== protocolVersion) throw otherVersion(found.health.protocol, protocolVersion);
    else if (found) return found;
    if (!options.start || !start) throw unreachable(`none is running for the state folder ${folder}`);
    return startEngine(folder, options.version, options.start, options.timeout);
  };
  return new EngineClient(await locate(true), options.token ?? 'person', locate);
}
