import type { Answer, Cancel, Decide, Health, ListRuns, OutputText, PolicyView, StartRun } from '../protocol/api.ts';
import type { ApprovalView, RiskLevel, RunDetail, RunSummary } from '../protocol/run.ts';
import { type FollowHandlers } from './follow.ts';
import type { Found } from './probe.ts';
/** `person` may approve, `assistant` may only read and ask. */
export type TokenKind = 'person' | 'assistant';
/** Typed calls of the engine's API; every method rejects with EngineError. An engine that was started again is found by itself. */
export declare class EngineClient {
    #private;
    readonly health: Health;
    /** Made by connectEngine(). `locate` finds the engine again, and starts it where that is allowed. */
    constructor(found: Found, token: TokenKind, locate: (start: boolean) => Promise<Found>);
    start(request: StartRun): Promise<RunDetail>;
    list(query?: ListRuns): Promise<RunSummary[]>;
    show(run: string): Promise<RunDetail>;
    approvals(): Promise<ApprovalView[]>;
    approve(run: string, decision: Decide): Promise<RunDetail>;
    reject(run: string, decision: Decide): Promise<RunDetail>;
    answer(run: string, answer: Answer): Promise<RunDetail>;
    cancel(run: string, body?: Cancel): Promise<RunDetail>;
    output(run: string, step: string): Promise<OutputText>;
    trusted(): Promise<string[]>;
    setTrust(folder: string, trusted: boolean): Promise<void>;
    secretNames(): Promise<string[]>;
    putSecret(name: string, value: string, allowShort?: boolean): Promise<void>;
    /** False when there was none of that name. */
    removeSecret(name: string): Promise<boolean>;
    policy(): Promise<PolicyView>;
    setPolicy(askFrom: RiskLevel): Promise<void>;
    /** The engine stops; steps that run go on and are adopted by the next one. */
    shutdown(): Promise<void>;
    /** With `run`, its events after `after` and then live ones, without a gap across reconnects; without, live ones of all runs. Returns what stops it. */
    follow(options: {
        run?: string;
        after?: number;
    }, handlers: FollowHandlers): () => void;
    close(): void;
}
