import { type Found } from './probe.ts';
/** How to start the engine: `args[0]` is the path of engine.cjs, which supervisor.cjs stands beside. */
export interface StartCommand {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string | undefined>>;
}
/**
 * Starts an engine unless another client was faster; resolves when one answers. `timeout` in milliseconds.
 * An engine of ours that lost is ended: it would otherwise take over, unasked, when the one that won is stopped.
 */
export declare function startEngine(folder: string, version: string, start: StartCommand, timeout?: number): Promise<Found>;
