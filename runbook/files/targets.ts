import { schema } from '../../schemas/generated/targets.schema.ts';
import validate from '../../schemas/generated/targets.validator.js';
import { type AnalyseOptions, type Analysis, analyseWhole, type FileSchema } from '../analyse-whole.ts';
import { plainSecret } from '../rules/plain-secret.ts';
import type { Schema } from '../schema/schema.ts';
import { errorsBy } from '../schema/validate.ts';
import type { Lines } from '../syntax/lines.ts';
import { rulesOfShape, together } from './rules.ts';

const targetsSchema: FileSchema = { schema: schema as Schema, errors: (root) => errorsBy(validate, root) };

/** `.runwright/targets.yaml`: a map of names to targets. */
export function analyseTargets(text: string, options: AnalyseOptions, lines?: Lines): Analysis {
  const all = [...rulesOfShape, plainSecret];
  const rules = options.rules === undefined ? all : all.filter((rule) => options.rules?.includes(rule));
  const analysis = analyseWhole(text, { ...options, rules }, lines, { schema: targetsSchema });
  return {
    ...analysis,
    document: { ...analysis.document, schema: targetsSchema.schema },
    diagnostics: together('a file of targets', analysis.diagnostics),
  };
}
