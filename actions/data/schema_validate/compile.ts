import type { ValidateFunction } from 'ajv';
import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { patternLimit } from '../../../runbook/core/pattern.ts';
import { isObject, wrongInput } from '../action.ts';
import { pathOf, readBytes } from '../files.ts';

/** A pattern is not tried on a text so long that trying every division of it would stop the engine; such a text does not match. */
const patterns = Object.assign(
  (pattern: string, flags: string) => {
    const compiled = new RegExp(pattern, flags);
    const limit = patternLimit(pattern);
    return { test: (text: string) => text.length <= limit && compiled.test(text) };
  },
  { code: 'new RegExp' },
);

const longestSchema = 4 * 1024 * 1024;

/** A JSON Schema given inline or by path, ready to be asked. Throws `action-input`, `file-missing`, `data-format`. */
export async function compileSchema(given: Json | undefined, context: ActionContext, action: string): Promise<ValidateFunction> {
  const schema = typeof given === 'string' ? await schemaFile(given, context) : given;
  if (!isObject(schema)) throw wrongInput(action, 'the schema is not an object');
  const [{ Ajv }, { default: formats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true, code: { regExp: patterns } });
  formats.default(ajv);
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw wrongInput(action, `the schema is not valid: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function schemaFile(path: string, context: ActionContext): Promise<Json> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readBytes(pathOf(path, context), path, context.signal)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestSchema) throw new ProblemError(problem('data-limit', { what: `The schema ${path}`, limit: '4 MiB' }));
  }
  try {
    return JSON.parse(
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    );
  } catch {
    throw new ProblemError(problem('data-format', { file: path, format: 'JSON Schema', why: 'it is not JSON' }));
  }
}
