import { join } from 'node:path';
import type { Json } from '../runbook/core/json.ts';
import type { TargetSpec } from '../runbook/core/model.ts';
import type { SharedTarget } from '../runbook/surroundings.ts';
import { parse } from '../runbook/syntax/parse.ts';
import { entriesOf, stringOf, toJson, valueIn } from '../runbook/syntax/tree.ts';
import type { Files } from './files.ts';

export const targetsFile = (sharedFolder: string): string => join(sharedFolder, 'targets.yaml');

export type ReadTarget = SharedTarget & { readonly spec: TargetSpec };

/** The targets of `.runwright/targets.yaml`: a map of names, each with its `type` and that type's keys. What is no target is left out. */
export function readTargets(sharedFolder: string, files: Pick<Files, 'read'>): readonly ReadTarget[] {
  const file = targetsFile(sharedFolder);
  const text = files.read(file);
  if (text === undefined) return [];
  return entriesOf(parse(text).root).flatMap(({ key, value }) => {
    const type = stringOf(valueIn(value, 'type'));
    if (key.source.startsWith('x-') || type === undefined || value.kind !== 'map') return [];
    const spec = { ...(toJson(value) as Readonly<Record<string, Json>>), type };
    return [{ name: key.source, type, file, range: key.range, spec }];
  });
}
