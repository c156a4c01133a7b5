import type { RunEvent } from '../protocol/run.ts';
import { EngineError } from './errors.ts';
import type { Endpoint } from './http.ts';
export interface FollowHandlers {
    event(event: RunEvent): void;
    /** Past events are all delivered. Called once; again after a reconnect only as `reconnected`. */
    live?(): void;
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
/** Follows events and resumes after the last sequence when the connection drops. Returns what stops it. */
export declare function follow(options: Options, handlers: FollowHandlers): () => void;
export {};
