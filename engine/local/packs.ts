import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { PackInfo } from '../../runbook/core/pack.ts';
import { actionsNamed } from './own-actions.ts';

/** A pack of the workspace, as the start of a run finds it. */
export type FoundPack =
  | { readonly kind: 'on'; readonly folder: string; readonly info: PackInfo }
  | { readonly kind: 'off'; readonly folder: string; readonly name: string }
  | { readonly kind: 'wrong'; readonly folder: string; readonly name: string; readonly why: string };

export interface PackReading {
  /** The text of a file that may be read, whether or not somebody trusts it; undefined where there is none. */
  text(file: string): Promise<string | undefined>;
  trusts(path: string): Promise<boolean>;
}

const most = 200;

/**
 * The packs in folders under `packs`, and in the packages that `packs.yaml` names: a list that nobody trusts names none.
 * Of a pack that nobody trusts only its name is known.
 */
export async function findPacks(shared: string, { text, trusts }: PackReading): Promise<readonly FoundPack[]> {
  const { packagesIn, readPack } = await import('../../runbook/files/pack.ts');
  const own = join(shared, 'packs');
  const list = join(shared, 'packs.yaml');
  const named = (await trusts(list)) ? packagesIn((await text(list)) ?? '') : [];
  const folders = [
    ...(await readdir(own).catch(() => [])).sort().map((name) => join(own, name)),
    ...named.map((name) => join(dirname(shared), 'node_modules', ...name.split('/'))),
  ].slice(0, most);
  const found = await Promise.all(
    folders.map(async (folder): Promise<FoundPack | undefined> => {
      const written = await text(join(folder, 'pack.yaml'));
      if (written === undefined) return undefined;
      const info = readPack(written);
      const name = 'wrong' in info ? basename(folder) : info.name;
      if (!(await trusts(folder))) return { kind: 'off', folder, name };
      return 'wrong' in info ? { kind: 'wrong', folder, name, why: info.wrong } : { kind: 'on', folder, info };
    }),
  );
  return found.filter((pack) => pack !== undefined);
}

/** A text that uses an action of a pack that is off or broken is told so, before it is read as a runbook. */
export function refusePacks(written: string, packs: readonly FoundPack[], builtIn: Readonly<Record<string, unknown>>): void {
  for (const action of actionsNamed(written)) {
    if (Object.hasOwn(builtIn, action)) continue;
    const [name] = action.split('/');
    const pack = packs.find((one) => one.kind !== 'on' && one.name === name);
    if (pack?.kind === 'off') throw new ProblemError(problem('pack-untrusted', { pack: pack.name, folder: pack.folder }));
    if (pack?.kind === 'wrong')
      throw new ProblemError(
        problem('pack-invalid', { pack: pack.name, file: join(pack.folder, 'pack.yaml'), why: pack.why.replace(/\.$/, '') }),
      );
  }
}
