import type { ActionView } from '../../protocol/lsp.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Missing, Plan } from './plan.ts';

const pair = /(?<![\w-])([\w-]{1,60})=(?:"([^"]*)"|'([^']*)'|(\S+))/g;

/** `run sql/query query="select 1"`: an action by its name, whatever it is, with what it is given as `name=value`. */
export function byName(text: string, catalog: readonly ActionView[]): Plan | undefined {
  const named =
    /^\s*(?:please\s+)?(?:run|execute|do|start|use|call|perform)?\s*(?:the\s+)?(?:action\s+)?[`'"]?([a-z][\w-]*\/[a-z][\w./-]*|[a-z][\w-]*[-_][\w-]+)[`'"]?(?=\s|$|[.!])/i.exec(
      text,
    )?.[1];
  const action = named === undefined ? undefined : catalog.find(({ name }) => name === named || name.split('/').at(-1) === named);
  if (action === undefined) return undefined;
  const properties = propertiesOf(action);
  const given: Record<string, Json> = {};
  for (const [, name = '', ...values] of text.matchAll(pair)) {
    const property = properties[name];
    if (property !== undefined) given[name] = typed(values.find((value) => value !== undefined) ?? '', property.type);
  }
  const required = Array.isArray(action.inputs.required) ? action.inputs.required.map(String) : [];
  const missing = required
    .filter((name) => given[name] === undefined)
    .map((parameter): Missing => {
      const { description = '', enum: choices = [] } = properties[parameter] ?? {};
      return {
        action: action.name,
        index: 0,
        parameter,
        question: `What is ${parameter}? ${description}`.trim(),
        options: choices.map(String),
      };
    });
  return {
    actions: [
      {
        uses: action.name,
        with: given,
        summary: `${action.name}${
          Object.keys(given).length === 0
            ? ''
            : ` with ${Object.entries(given)
                .map(([name, value]) => `${name} ${String(value)}`)
                .join(', ')}`
        }`,
      },
    ],
    missing,
    confidence: 1,
    risk: action.risk,
  };
}

interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly Json[];
}

export function propertiesOf({ inputs }: ActionView): Readonly<Record<string, Property>> {
  const { properties } = inputs;
  return properties !== null && typeof properties === 'object' && !Array.isArray(properties)
    ? (properties as Readonly<Record<string, Property>>)
    : {};
}

/** A value in words as its type wants it; text where it does not fit, so that the check says what is wrong with it. */
export function typed(text: string, type: string | undefined): Json {
  if ((type === 'number' || type === 'integer') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(?:true|yes|false|no)$/i.test(text)) return /^(?:true|yes)$/i.test(text);
  if (type === 'array') return text.split(/\s*,\s*/);
  return text;
}
