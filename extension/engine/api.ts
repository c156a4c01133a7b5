import type { EngineClient } from '../../client/client.ts';

/** The part of the engine's client that the extension uses. Methods reject with an error that carries the engine's own (see problem.ts). */
export type Engine = Pick<
  EngineClient,
  | 'start'
  | 'dryRun'
  | 'list'
  | 'show'
  | 'approvals'
  | 'approve'
  | 'reject'
  | 'answer'
  | 'cancel'
  | 'pause'
  | 'resume'
  | 'retry'
  | 'edit'
  | 'skip'
  | 'rollback'
  | 'output'
  | 'follow'
  | 'setTrust'
  | 'setPolicy'
  | 'secretNames'
  | 'putSecret'
  | 'removeSecret'
  | 'unlockSecrets'
>;
