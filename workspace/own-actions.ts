import { join } from 'node:path';
import type { ActionManifest } from '../runbook/core/action.ts';
import type { PackInfo } from '../runbook/core/pack.ts';
import { kindOf } from '../runbook/files/kind.ts';
import { type OwnAction, ownActionsOf } from '../runbook/files/own-action.ts';
import type { Files } from './files.ts';
import { type Pack, packActionFiles } from './packs.ts';

export type { OwnAction } from '../runbook/files/own-action.ts';

export function actionFiles(sharedFolder: string, files: Pick<Files, 'list'>): string[] {
  const folder = join(sharedFolder, 'actions');
  return files
    .list(folder)
    .filter((name) => kindOf(name) === 'action')
    .map((name) => join(folder, name));
}

/** The actions of `.runwright/actions`, by file name, then those of the packs. */
export function readOwnActions(
  sharedFolder: string,
  packs: readonly Pack[],
  files: Pick<Files, 'list' | 'read'>,
  builtIn: readonly ActionManifest[],
): readonly OwnAction[] {
  const textsOf = (names: readonly string[], pack?: PackInfo) =>
    names.flatMap((file) => {
      const text = files.read(file);
      return text === undefined ? [] : [{ file, text, ...(pack === undefined ? {} : { pack }) }];
    });
  const ofPacks = packs.flatMap(({ folder, info }) => ('wrong' in info ? [] : textsOf(packActionFiles(folder, files), info)));
  return ownActionsOf([...textsOf(actionFiles(sharedFolder, files)), ...ofPacks], builtIn).map(({ text: _text, ...action }) => action);
}
