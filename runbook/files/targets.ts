import validate from '../../schemas/generated/targets.validator.js';
import { schema } from '../../schemas/generated/targets.schema.ts';
import { type Analysis, type AnalyseOptions, analyse, type FileSchema } from '../analyse.ts';
import { plainSecret } from '../rules/plain-secret.ts';
import type { Schema } from '../schema/schema.ts';
import { errorsBy } from '../schema/validate.ts';
import { rulesOfShape, together } from './rules.ts';

const targetsSchema: FileSchema = { schema: schema as Schema, errors: (root) => errorsBy(validate, root) };

/** `.runwright/targets.yaml`: a map of names to targets. */
export function analyseTargets(text: string, options: AnalyseOptions): Analysis {
  const analysis = analyse(text, { ...options, rules: [...rulesOfShape, plainSecret], schema: targetsSchema });
  return { ...analysis, diagnostics: together('a file of targets', analysis.diagnostics) };
}
