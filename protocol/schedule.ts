import * as Type from 'typebox';
import type { ErrorView } from './run.ts';

/** `env`: what steps of its runs start from, filtered by the engine's allow list. */
export const AddSchedule = Type.Object(
  {
    /** Absolute path. */
    file: Type.String({ minLength: 1 }),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { additionalProperties: false },
);
export type AddSchedule = Type.Static<typeof AddSchedule>;

export const RemoveSchedule = Type.Object({ file: Type.String({ minLength: 1 }) }, { additionalProperties: false });
export type RemoveSchedule = Type.Static<typeof RemoveSchedule>;

/** A runbook whose schedules the engine follows; times in ISO 8601. */
export interface ScheduleView {
  readonly file: string;
  /** Its name. */
  readonly runbook: string;
  readonly schedules: readonly { readonly cron: string; readonly timezone: string; readonly with: Readonly<Record<string, unknown>> }[];
  readonly next?: string;
  /** The last fire: the run it started and the SHA-256 of the file then, or why it started none. */
  readonly last?: { readonly at: string; readonly run?: string; readonly digest?: string; readonly error?: ErrorView };
  /** Why the file cannot be run as it is now. */
  readonly error?: ErrorView;
}
