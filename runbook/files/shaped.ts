import { schema as channels } from '../../schemas/generated/channels.schema.ts';
import validateChannels from '../../schemas/generated/channels.validator.js';
import { schema as pack } from '../../schemas/generated/pack.schema.ts';
import validatePack from '../../schemas/generated/pack.validator.js';
import { schema as packs } from '../../schemas/generated/packs.schema.ts';
import validatePacks from '../../schemas/generated/packs.validator.js';
import { schema as security } from '../../schemas/generated/security.schema.ts';
import validateSecurity from '../../schemas/generated/security.validator.js';
import { schema as targets } from '../../schemas/generated/targets.schema.ts';
import validateTargets from '../../schemas/generated/targets.validator.js';
import { type AnalyseOptions, type Analysis, analyseWhole, type FileSchema } from '../analyse-whole.ts';
import { plainSecret } from '../rules/plain-secret.ts';
import type { Schema } from '../schema/schema.ts';
import { errorsBy } from '../schema/validate.ts';
import type { Lines } from '../syntax/lines.ts';
import type { FileKind } from './kind.ts';
import { rulesOfShape, together } from './rules.ts';

type ShapedKind = Exclude<FileKind, 'runbook' | 'action'>;

/** A file that its schema says everything about. `noun`: what a message calls it. */
interface Shaped {
  readonly noun: string;
  readonly file: FileSchema;
}

const shaped = (noun: string, schema: unknown, validate: Parameters<typeof errorsBy>[0]): Shaped => ({
  noun,
  file: { schema: schema as Schema, errors: (root) => errorsBy(validate, root) },
});

const kinds: Readonly<Record<ShapedKind, Shaped>> = {
  targets: shaped('a file of targets', targets, validateTargets),
  channels: shaped('a file of channels', channels, validateChannels),
  security: shaped('a file of security settings', security, validateSecurity),
  packs: shaped('a list of packs', packs, validatePacks),
  pack: shaped('a pack', pack, validatePack),
};

/** Held against the schema of its kind, with a look for secrets that are written out. */
export function analyseShaped(kind: ShapedKind, text: string, options: AnalyseOptions, lines?: Lines): Analysis {
  const { noun, file } = kinds[kind];
  const all = [...rulesOfShape, plainSecret];
  const rules = options.rules === undefined ? all : all.filter((rule) => options.rules?.includes(rule));
  const analysis = analyseWhole(text, { ...options, rules }, lines, { schema: file });
  return {
    ...analysis,
    document: { ...analysis.document, schema: file.schema },
    diagnostics: together(noun, analysis.diagnostics),
  };
}
