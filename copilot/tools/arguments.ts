import type { ErrorObject, ValidateFunction } from 'ajv';
import type { CopilotTool, ToolInput } from './tool.ts';

export type Arguments = { readonly ok: true; readonly input: ToolInput } | { readonly ok: false; readonly why: string };

/** Characters: more than the largest text that a tool takes, written as JSON. */
const largest = 500_000;

const compiled = new WeakMap<CopilotTool, ValidateFunction>();

/** Reads arguments as a model wrote them, and holds them against the tool's schema. `why` says to the model what to write instead. */
export async function readArguments(tool: CopilotTool, text: string): Promise<Arguments> {
  if (text.length > largest) return { ok: false, why: 'The arguments are too long.' };
  let value: unknown;
  try {
    // Models that want nothing often write nothing.
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return { ok: false, why: 'The arguments are not valid JSON. Write one JSON object that fits the schema of the tool.' };
  }
  const validate = compiled.get(tool) ?? (await compile(tool));
  if (validate(value)) return { ok: true, input: value as ToolInput };
  return {
    ok: false,
    why: `The arguments do not fit the schema of the tool: ${(validate.errors ?? []).slice(0, 5).map(inWords).join('; ')}.`,
  };
}

/** The library is loaded with the first call. */
async function compile(tool: CopilotTool): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv');
  const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, validateSchema: true }).compile(tool.parameters);
  compiled.set(tool, validate);
  return validate;
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  const where = instancePath === '' ? 'the object' : instancePath.slice(1).replaceAll('/', '.');
  const extra = 'additionalProperty' in params ? ` (${String(params.additionalProperty).slice(0, 50)})` : '';
  const allowed = 'allowedValues' in params && Array.isArray(params.allowedValues) ? ` (${params.allowedValues.join(', ')})` : '';
  return `${where} ${message ?? 'is wrong'}${extra}${allowed}`;
}
