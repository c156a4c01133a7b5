import { Health } from '../protocol/api.ts';
import type { DaemonFile, TokensFile } from '../protocol/daemon.ts';
export interface Found {
    readonly daemon: DaemonFile;
    readonly tokens: TokensFile;
    readonly health: Health;
}
/**
 * The engine of this state folder if one is up, else undefined: a stale daemon.json and a foreign process on its port count as none.
 * Rejects with `engine-other-version`. No token is sent before the other side has proved that it can read tokens.json.
 */
export declare function probe(folder: string): Promise<Found | undefined>;
