import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { type Problem, problem } from '../../runbook/core/errors.ts';
import { hasExpression } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { SecretText } from '../kernel/request.ts';
import type { ActionRequest } from './action-context.ts';

/** Holds what actions are given against their schemas; each is compiled once. */
export interface InputChecker {
  /** What is wrong with the whole input; undefined where nothing is. */
  check(manifest: ActionManifest, input: ActionRequest['with']): Promise<Problem | undefined>;
  /** Before a run: texts that hold expressions still, or secrets, are held against nothing. */
  checkKnown(manifest: ActionManifest, input: ActionRequest['with'], secretTexts: readonly SecretText[]): Promise<Problem | undefined>;
}

export function inputChecker(): InputChecker {
  // Loaded with the first action: an engine that waits keeps small.
  let ajv: Ajv | undefined;
  const validators = new Map<string, ValidateFunction>();
  const validator = async ({ name, inputs }: ActionManifest) => {
    ajv ??= await checker();
    const known = validators.get(name) ?? ajv.compile(inputs);
    validators.set(name, known);
    return known;
  };
  const wrong = ({ name }: ActionManifest, errors: readonly ErrorObject[]) =>
    errors.length === 0 ? undefined : problem('action-input', { action: name, why: whatIsWrong(errors) });

  return {
    async check(manifest, input) {
      const validate = validators.get(manifest.name) ?? (await validator(manifest));
      return validate(input) ? undefined : wrong(manifest, validate.errors ?? []);
    },
    async checkKnown(manifest, input, secretTexts) {
      const validate = await validator(manifest);
      if (validate(input)) return undefined;
      const secret = secretTexts.flatMap(({ at }) => (at.startsWith('/with/') ? [at.slice('/with'.length)] : []));
      const open = [...secret, ...written(input, '')];
      return wrong(
        manifest,
        (validate.errors ?? []).filter((error) => stands(error, open)),
      );
    },
  };
}

async function checker(): Promise<Ajv> {
  const [{ Ajv }, { default: formats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  const made = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true });
  formats.default(made);
  return made;
}

/** Places of texts that stand as they are written. */
function written(value: Json | ActionRequest['with'], at: string): readonly string[] {
  if (typeof value === 'string') return hasExpression(value) ? [at] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]: [string, Json]) =>
    written(inner, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

/** Is it wrong whatever the texts that are open will be? Which inputs there are is known; a choice between schemas may depend on any of them. */
function stands({ instancePath, keyword, schemaPath }: ErrorObject, open: readonly string[]): boolean {
  const around = open.some((one) => one.startsWith(`${instancePath}/`));
  if (open.some((one) => one === instancePath || instancePath.startsWith(`${one}/`))) return false;
  if (!around) return !(open.length > 0 && /\/(anyOf|oneOf|not|if|then|else)\b/.test(schemaPath));
  return (keyword === 'required' || keyword === 'additionalProperties') && !/\/(anyOf|oneOf|not|if|then|else)\b/.test(schemaPath);
}

/** Names places and rules, never values. */
function whatIsWrong(errors: readonly ErrorObject[]): string {
  return errors
    .slice(0, 5)
    .map((error) => {
      const extra: Json | undefined = error.params.additionalProperty ?? error.params.allowedValues?.join(', ');
      const said = error.keyword === 'type' ? `must be of type ${[error.params.type].flat().join(' or ')}` : error.message;
      return `${error.instancePath.slice(1) || 'with'} ${said ?? 'is not valid'}${extra === undefined ? '' : ` (${String(extra)})`}`;
    })
    .join('; ');
}
