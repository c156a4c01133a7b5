import { EngineClient, type TokenKind } from './client.ts';
import { type StartCommand } from './starter.ts';
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
export declare function connectEngine(options: ConnectOptions): Promise<EngineClient>;
