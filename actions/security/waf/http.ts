import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { httpRequest } from '../../http/request/request.ts';
import { type HttpSettings, isObject, wrong } from './settings.ts';

/** Hands rules to a service. Gives the id that it knows the deployment by. */
export async function deployByHttp({ deploy, id }: HttpSettings, values: Values, context: ActionContext): Promise<string> {
  const { json } = await send(deploy, values, context);
  let found: Json | undefined = json;
  for (const key of id.split('.')) found = Array.isArray(found) ? found[Number(key)] : isObject(found) ? found[key] : undefined;
  if (typeof found !== 'string' && typeof found !== 'number')
    throw wrong(`the answer has nothing at http.id, ${id}; the rules are deployed, and no undo can name them`);
  return String(found);
}

export async function restoreByHttp({ restore }: HttpSettings, deployment: string, context: ActionContext): Promise<void> {
  if (!restore) throw wrong('http has no restore, so the service cannot be asked for the earlier rules');
  await send(restore, { deployment }, context);
}

type Values = Readonly<Record<string, string | readonly string[]>>;

async function send(request: JsonObject, values: Values, context: ActionContext): Promise<Readonly<Record<string, Json>>> {
  const outcome = await httpRequest(filled(request, values), context);
  if (outcome.kind === 'cancelled') throw new ProblemError(problem('step-cancelled'));
  if (outcome.kind === 'failed') throw new ProblemError(outcome.error);
  return outcome.outputs;
}

/** A text that is `{ids}` alone becomes the list; inside an address or a body that is text each value is encoded. */
export function filled({ url, body, ...rest }: JsonObject, values: Values): JsonObject {
  const put = (text: string, encode: (value: string) => string) =>
    text.replace(/\{(rule|ids|mode|deployment)\}/g, (whole, name: string) =>
      values[name] === undefined ? whole : encode(String(values[name])),
    );
  const walk = (value: Json): Json => {
    if (value === '{ids}' && Array.isArray(values.ids)) return [...values.ids];
    if (typeof value === 'string') return put(value, (text) => text);
    if (Array.isArray(value)) return value.map(walk);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)])) : value;
  };
  const whole = walk(rest);
  return {
    method: 'POST',
    ...(isObject(whole) ? whole : {}),
    url: put(String(url), encodeURIComponent),
    ...(body === undefined ? {} : { body: put(String(body), encodeURIComponent) }),
  };
}
