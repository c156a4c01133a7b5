import type { ErrorView } from '../protocol/run.ts';
/** The engine's answer when it is not 2xx, or why there was none. `status` is the HTTP status, absent when nothing answered. */
export declare class EngineError extends Error {
    readonly error: ErrorView;
    readonly status?: number;
    constructor(error: ErrorView, status?: number);
}
export declare const unreachable: (why: string) => EngineError;
export declare const otherVersion: (theirs: number, ours: number) => EngineError;
