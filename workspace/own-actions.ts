import { join } from 'node:path';
import type { ActionManifest } from '../runbook/core/action.ts';
import { kindOf } from '../runbook/files/kind.ts';
import { type OwnAction, ownActionsOf } from '../runbook/files/own-action.ts';
import type { Files } from './files.ts';

export type { OwnAction } from '../runbook/files/own-action.ts';

export function actionFiles(sharedFolder: string, files: Pick<Files, 'list'>): string[] {
  const folder = join(sharedFolder, 'actions');
  return files
    .list(folder)
    .filter((name) => kindOf(name) === 'action')
    .map((name) => join(folder, name));
}

/** The actions of `.runwright/actions`, by file name. */
export function readOwnActions(
  sharedFolder: string,
  files: Pick<Files, 'list' | 'read'>,
  builtIn: readonly ActionManifest[],
): readonly OwnAction[] {
  const texts = actionFiles(sharedFolder, files).flatMap((file) => {
    const text = files.read(file);
    return text === undefined ? [] : [{ file, text }];
  });
  return ownActionsOf(texts, builtIn).map(({ manifest, file }) => ({ manifest, file }));
}
