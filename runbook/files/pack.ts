import type { PackInfo } from '../core/pack.ts';
import { report } from '../report.ts';
import { parse } from '../syntax/parse.ts';
import { itemsOf, type Node, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { analyseShaped } from './shaped.ts';

/** What a `pack.yaml` says; else the first thing that is wrong with it, as the end of a sentence. */
export function readPack(text: string): PackInfo | { readonly wrong: string } {
  const errors = analyseShaped('pack', text, { actions: [] }).diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = report(text, errors, '');
  const { root } = parse(text);
  const name = stringOf(valueIn(root, 'name'));
  if (first || name === undefined) return { wrong: first ? `line ${first.line}: ${first.message}` : 'it is empty' };
  const permissions = valueIn(root, 'permissions');
  const targets = valueIn(permissions, 'targets');
  const description = textOf(valueIn(root, 'description'));
  return {
    name,
    version: textOf(valueIn(root, 'version')) ?? '',
    ...(description === undefined ? {} : { description }),
    permissions: {
      targets: targets === undefined ? ['local'] : texts(targets),
      secrets: texts(valueIn(permissions, 'secrets')),
      network: texts(valueIn(permissions, 'network')),
    },
  };
}

/** The packages that a `packs.yaml` names; none of a file that is wrong. */
export function packagesIn(text: string): readonly string[] {
  if (analyseShaped('packs', text, { actions: [] }).diagnostics.some(({ severity }) => severity === 'error')) return [];
  return texts(valueIn(parse(text).root, 'packages'));
}

/** What the action of a file is called in its pack, whatever the file says; undefined where the file's name is none. */
export function nameInPack(pack: string, file: string): string | undefined {
  const [, base] = /(?:^|[\\/])([a-z][a-z0-9_-]*)\.action\.ya?ml$/.exec(file) ?? [];
  return base === undefined ? undefined : `${pack}/${base}`;
}

const texts = (node: Node | undefined): readonly string[] => itemsOf(node).flatMap((item) => textOf(item) ?? []);
