import { basename, dirname, join } from 'node:path';
import type { PackInfo } from '../runbook/core/pack.ts';
import { kindOf } from '../runbook/files/kind.ts';
import { packagesIn, readPack } from '../runbook/files/pack.ts';
import type { Files } from './files.ts';

export const packsFile = (sharedFolder: string): string => join(sharedFolder, 'packs.yaml');

/** A folder of actions with a `pack.yaml`; `wrong` where that cannot be used. */
export interface Pack {
  readonly folder: string;
  readonly info: PackInfo | { readonly wrong: string };
  /** Its name, as far as that is known. */
  readonly name: string;
}

/** Where packs may be: folders under `packs`, then the packages that `packs.yaml` names, which lie beside the shared folder. */
export function packFolders(sharedFolder: string, files: Pick<Files, 'list' | 'read'>): readonly string[] {
  const own = join(sharedFolder, 'packs');
  const named = packagesIn(files.read(packsFile(sharedFolder)) ?? '');
  return [
    ...files.list(own).map((name) => join(own, name)),
    ...named.map((name) => join(dirname(sharedFolder), 'node_modules', ...name.split('/'))),
  ];
}

export const packFile = (folder: string): string => join(folder, 'pack.yaml');

/** What has no `pack.yaml` is no pack. */
export function readPacks(sharedFolder: string, files: Pick<Files, 'list' | 'read'>): readonly Pack[] {
  return packFolders(sharedFolder, files).flatMap((folder): Pack[] => {
    const text = files.read(packFile(folder));
    if (text === undefined) return [];
    const info = readPack(text);
    return [{ folder, info, name: 'wrong' in info ? basename(folder) : info.name }];
  });
}

export function packActionFiles(folder: string, files: Pick<Files, 'list'>): string[] {
  const actions = join(folder, 'actions');
  return files
    .list(actions)
    .filter((name) => kindOf(name) === 'action')
    .map((name) => join(actions, name));
}
