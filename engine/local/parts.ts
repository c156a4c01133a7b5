import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import type { LoadedAction } from '../../runbook/files/own-action.ts';
import type { Connector } from '../connectors/connector.ts';
import type { Command, Effect } from '../kernel/command.ts';
import type { KernelEvent } from '../kernel/event.ts';
import type { Snapshot } from '../kernel/snapshot.ts';
import type { OwnFile } from './own-actions.ts';
import type { SecretStore } from './secrets/store.ts';
import type { Trust } from './trust.ts';

/** Who calls, as the token says. */
export interface Caller {
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** What a file may refer to beyond itself. */
export interface LoadAround {
  /** The workspace's shared ones. */
  readonly targets: Snapshot['targets'];
  /** The workspace's own actions. */
  readonly own: readonly ActionManifest[];
}

/** The pure part: what is decided, and what follows. `decide` applies its events to the state given; it throws ProblemError for a command that does not fit. */
export interface Kernel<State> {
  initial(snapshot: Snapshot, snapshotDigest: string): State;
  decide(state: State, command: Command): readonly KernelEvent[];
  evolve(state: State, event: KernelEvent): State;
  effects(state: State): readonly Effect[];
}

/** All that the runtime needs beside the journal: one record, filled in compose.ts, and by tests with fakes. */
export interface Parts<State> {
  readonly stateFolder: string;
  readonly kernel: Kernel<State>;
  readonly connectors: readonly Connector[];
  readonly secrets: SecretStore;
  readonly trust: Trust;
  /** Name → manifest and the SHA-256 of its code. */
  readonly actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: string }>>;
  /** `around`: what the workspace adds. Rejects with `runbook-invalid`. */
  load(text: string, file: string, around: LoadAround): Promise<Runbook>;
  /** The workspace's own actions, of the files that may describe some. */
  ownActions(files: readonly Omit<OwnFile, 'manifest'>[]): Promise<readonly OwnFile[]>;
  /** What one of them does. Rejects with `action-invalid`. */
  loadAction(action: OwnFile, around: LoadAround): Promise<LoadedAction>;
  /** Checked and completed with defaults. Throws `input-unknown`, `input-missing`, `input-wrong`. */
  checkInputs(runbook: Runbook, given: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>>;
  /** The part of a client's environment that steps start from. */
  environment(client: Readonly<Record<string, string | undefined>>): Record<string, string>;
  /** Turns that a run may take, where not as many as usual. */
  readonly mostTurns?: number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  log(text: string): void;
}
