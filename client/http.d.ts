export interface Endpoint {
    readonly port: number;
    readonly token?: string;
}
/** One request to the engine on loopback; rejects with EngineError for whatever is not 2xx. */
export declare function call(endpoint: Endpoint, method: string, path: string, body?: unknown, timeout?: number): Promise<unknown>;
