import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { httpRequest } from '../../http/request/request.ts';
import { filled } from '../placeholders.ts';
import { isObject } from '../settings.ts';
import type { HttpSettings } from './settings.ts';

/** Hands rules to a service. Gives the id that it knows the deployment by. */
export async function deployByHttp({ deploy, id, wrong }: HttpSettings, values: JsonObject, context: ActionContext): Promise<string> {
  const { json } = await send(deploy, values, context);
  let found: Json | undefined = json;
  for (const key of id.split('.')) found = Array.isArray(found) ? found[Number(key)] : isObject(found) ? found[key] : undefined;
  if (typeof found !== 'string' && typeof found !== 'number')
    throw wrong(`the answer has nothing at id, ${id}; the rules are deployed, and no undo can name them`);
  return String(found);
}

export async function restoreByHttp({ restore, wrong }: HttpSettings, deployment: string, context: ActionContext): Promise<void> {
  if (!restore) throw wrong('it has no restore, so the service cannot be asked for the earlier rules');
  await send(restore, { deployment }, context);
}

async function send(request: JsonObject, values: JsonObject, context: ActionContext): Promise<Readonly<Record<string, Json>>> {
  const outcome = await httpRequest(filled(request, values), context);
  if (outcome.kind === 'cancelled') throw new ProblemError(problem('step-cancelled'));
  if (outcome.kind === 'failed') throw new ProblemError(outcome.error);
  return outcome.outputs;
}
