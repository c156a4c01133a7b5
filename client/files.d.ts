import { DaemonFile, TokensFile } from '../protocol/daemon.ts';
/** What the engine left in its state folder; undefined where it is absent, half written or something else. */
export declare const readDaemonFile: (folder: string) => Promise<DaemonFile | undefined>;
export declare const readTokens: (folder: string) => Promise<TokensFile | undefined>;
/** The last lines of the engine's log, for an error that says why it did not start. */
export declare function logTail(folder: string, lines?: number): Promise<string>;
