import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as Value from 'typebox/value';
import { Health } from '../protocol/api.ts';
import type { DaemonFile, TokensFile } from '../protocol/daemon.ts';
import { protocolVersion } from '../protocol/version.ts';
import { EngineError, otherVersion } from './errors.ts';
import { readDaemonFile, readTokens } from './files.ts';
import { call } from './http.ts';

export interface Found {
  readonly daemon: DaemonFile;
  readonly tokens: TokensFile;
  readonly health: Health;
}

/**
 * The engine of this state folder if one is up, else undefined: a stale daemon.json and a foreign process on its port count as none.
 * Rejects with `engine-other-version`. No token is sent before the other side has proved that it can read tokens.json.
 */
export async function probe(folder: string): Promise<Found | undefined> {
  const [daemon, tokens] = await Promise.all([readDaemonFile(folder), readTokens(folder)]);
  if (!daemon || !tokens) return undefined;
  const nonce = randomBytes(16).toString('hex');
  const health = await call({ port: daemon.port }, 'GET', `/health?nonce=${nonce}`, undefined, 3000).catch((error: unknown) => {
    if (error instanceof EngineError) return undefined;
    throw error;
  });
  if (!Value.Check(Health, health) || !proves(health, tokens, nonce)) return undefined;
  // One that is older is for the client to replace.
  if (health.protocol > protocolVersion) throw otherVersion(health.protocol, protocolVersion);
  return { daemon, tokens, health };
}

function proves(health: Health, tokens: TokensFile, nonce: string): boolean {
  const expected = createHmac('sha256', tokens.identity).update(nonce).digest();
  const given = Buffer.from(health.proof ?? '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
