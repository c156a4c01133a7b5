import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Runbook, Step, TargetSpec } from '../../runbook/core/model.ts';
import type { PackInfo } from '../../runbook/core/pack.ts';
import { joinPath } from './paths.ts';

/** All that a run executes, fixed at its start; later edits of files do not touch it. Known by the SHA-256 of its RFC 8785 JSON. */
export interface Snapshot extends RunbookFile {
  /** The runbooks that `call` leads to, and the actions of one's own that are used, directly or through others, by absolute path. */
  readonly calls: Readonly<Record<string, RunbookFile>>;
  /** The workspace's shared targets; a runbook's own of the same name wins. */
  readonly targets: Readonly<Record<string, TargetSpec>>;
  /** Name → manifest of each action the runbook uses, with the SHA-256 of its code. */
  readonly actions: Readonly<Record<string, ActionOfRun>>;
  /** Absolute path of the workspace's `.runwright`, where there is one. */
  readonly workspace?: string;
  /** What the workspace says for actions, by the `settings` of their manifests; as written, with its expressions. */
  readonly settings?: Readonly<Record<string, Json>>;
  /** Secret name → version at the start, for those that have a value. */
  readonly secrets: Readonly<Record<string, number>>;
}

/** By its name in `uses`. */
export const actionIn = ({ actions }: Pick<Snapshot, 'actions'>, name: string): ActionOfRun | undefined =>
  Object.hasOwn(actions, name) ? actions[name] : undefined;

/** What a step leads into: the runbook that it calls, or the steps of the action that it uses. `folder`: of the step's own file. */
export function calledFrom(
  { calls, actions }: Pick<Snapshot, 'calls' | 'actions'>,
  folder: string,
  { verb }: Step,
): RunbookFile | undefined {
  const own = verb.kind === 'uses' ? actionIn({ actions }, verb.action)?.own : undefined;
  const file = verb.kind === 'call' ? joinPath(folder, verb.file) : own?.kind === 'steps' ? own.file : undefined;
  return file !== undefined && Object.hasOwn(calls, file) ? calls[file] : undefined;
}

export interface ActionOfRun {
  readonly manifest: ActionManifest;
  readonly code: string;
  /** One of the workspace's own: what it does is the runbook of this file in `calls`; of a script that is one step. */
  readonly own?: { readonly kind: 'script' | 'steps'; readonly file: string; readonly pack?: PackInfo };
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
