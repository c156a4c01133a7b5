import type { Connector } from '../connector.ts';

export interface LocalOptions {
  /** Absolute path of the bundled supervisor. */
  readonly supervisorPath: string;
  /** Milliseconds between TERM and KILL; 5000 when absent. */
  readonly grace?: number;
  /** Bytes kept of each stream; 8 MiB when absent. */
  readonly spoolLimit?: number;
}

/** Scripts on this machine, each under a supervisor of its own that outlives the engine. */
export declare function localConnector(options: LocalOptions): Connector;
