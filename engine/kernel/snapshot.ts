import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Runbook, TargetSpec } from '../../runbook/core/model.ts';

/** All that a run executes, fixed at its start; later edits of files do not touch it. Known by the SHA-256 of its RFC 8785 JSON. */
export interface Snapshot extends RunbookFile {
  /** The runbooks that `call` leads to, directly or through others, by absolute path. */
  readonly calls: Readonly<Record<string, RunbookFile>>;
  /** The workspace's shared targets; a runbook's own of the same name wins. */
  readonly targets: Readonly<Record<string, TargetSpec>>;
  /** Name → manifest of each action the runbook uses, with the SHA-256 of its code. */
  readonly actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: string }>>;
  /** Secret name → version at the start, for those that have a value. */
  readonly secrets: Readonly<Record<string, number>>;
}

export interface RunbookFile {
  readonly runbook: Runbook;
  /** Absolute path of the file, and SHA-256 of its bytes. */
  readonly file: string;
  readonly fileDigest: string;
  /** Absolute path of the folder scripts start in. */
  readonly folder: string;
}

/** Has it all that this version goes by? One that an earlier version wrote may not. */
export function isCurrent({ calls, targets, actions, secrets, runbook }: Partial<Snapshot>): boolean {
  const has = (value: unknown) => value !== null && typeof value === 'object';
  return has(calls) && has(targets) && has(actions) && has(secrets) && has(runbook?.targets) && Array.isArray(runbook?.onCancel);
}
