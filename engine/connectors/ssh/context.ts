import type { Attempt } from '../connector.ts';
import type { Pool } from './pool.ts';
import type { Stop } from './stop.ts';
import type { Target } from './target.ts';

export interface SshTimes {
  /** Milliseconds between TERM and KILL. */
  readonly grace: number;
  /** Milliseconds that a host that was lost is tried to be reached again. */
  readonly patience: number;
  /** Bytes kept of each stream. */
  readonly spoolLimit: number;
}

/** All that belongs to one attempt while it is in hand. */
export interface Context extends SshTimes {
  readonly attempt: Attempt;
  readonly target: Target;
  readonly pool: Pool;
  readonly name: string;
  readonly stop: Stop;
}

export type Given = Omit<Context, 'stop' | 'name'>;
