import { join } from 'node:path';
import { builtInActions } from '../../runbook/actions.ts';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { PackInfo } from '../../runbook/core/pack.ts';
import { disk } from '../../workspace/files.ts';
import { sharedFolderOf } from '../../workspace/shared-folder.ts';
import { Workspace } from '../../workspace/workspace.ts';
import { trustedHere } from '../lib/trusted.ts';

export interface KnownAction {
  readonly manifest: ActionManifest;
  /** Of one of the workspace's own, or of a pack. */
  readonly file?: string;
  readonly pack?: KnownPack;
}

/** `off`: nobody trusts it, and the engine refuses to run what it brings along. */
export type KnownPack = PackInfo & { readonly folder: string; readonly off: boolean };

/** A file of the current folder, for what is looked for beside and above it. */
const here = () => join(process.cwd(), '-');
const around = () => new Workspace(disk, builtInActions, () => performance.now(), trustedHere()).around(here());

/** What a runbook in the current folder could use: first what is built in, then the workspace's own, then what its packs bring along. */
export function knownActions(): readonly KnownAction[] {
  const { ownActions, packs, packsOff } = around();
  const packOf = (info: PackInfo): KnownPack => {
    const found = packs.find((pack) => pack.info === info);
    return { ...info, folder: found?.folder ?? '', off: found === undefined || packsOff.includes(found) };
  };
  const own = ownActions.map(({ pack, ...action }) => ({ ...action, ...(pack === undefined ? {} : { pack: packOf(pack) }) }));
  return [...builtInActions.map((manifest) => ({ manifest })), ...own];
}

/** What has to be known of packs that bring nothing along as they are, a sentence each. */
export function packNotes(): readonly string[] {
  const { packs, packsOff } = around();
  return packs.flatMap((pack) => {
    const { name, folder, info } = pack;
    if ('wrong' in info) return [`The pack ${name} in ${folder} cannot be used: ${info.wrong}`];
    return packsOff.includes(pack)
      ? [`The pack ${name} is off: nobody has trusted it. Look at it, then run: runwright trust ${folder}`]
      : [];
  });
}

/** Throws `action-unknown`. */
export function actionNamed(name: string): KnownAction {
  const found = knownActions().find(({ manifest }) => manifest.name === name);
  if (found === undefined) throw new ProblemError(problem('action-unknown', { action: name }));
  return found;
}

/** The nearest `.runwright` at or above the current folder. */
export const sharedFolder = (): string | undefined => sharedFolderOf(here(), disk);
