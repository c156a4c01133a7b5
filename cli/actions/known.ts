import { join } from 'node:path';
import { builtInActions } from '../../runbook/actions.ts';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { disk } from '../../workspace/files.ts';
import { sharedFolderOf } from '../../workspace/shared-folder.ts';
import { Workspace } from '../../workspace/workspace.ts';

export interface KnownAction {
  readonly manifest: ActionManifest;
  /** Of one of the workspace's own. */
  readonly file?: string;
}

/** A file of the current folder, for what is looked for beside and above it. */
const here = () => join(process.cwd(), '-');

/** What a runbook in the current folder could use: first what is built in, then the workspace's own. */
export function knownActions(): readonly KnownAction[] {
  const { ownActions } = new Workspace(disk, builtInActions, () => performance.now()).around(here());
  return [...builtInActions.map((manifest) => ({ manifest })), ...ownActions];
}

/** Throws `action-unknown`. */
export function actionNamed(name: string): KnownAction {
  const found = knownActions().find(({ manifest }) => manifest.name === name);
  if (found === undefined) throw new ProblemError(problem('action-unknown', { action: name }));
  return found;
}

/** The nearest `.runwright` at or above the current folder. */
export const sharedFolder = (): string | undefined => sharedFolderOf(here(), disk);
