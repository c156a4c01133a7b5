import type { ActionCode } from '../../../engine/connectors/action.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { httpRequest } from '../../http/request/request.ts';
import { type Look, waitUntil } from '../until.ts';

/** The longest that one request may take. */
const oneLook = 10_000;

export const waitHttp: ActionCode = (input, context) => {
  const url = String(input.url);
  const { contains } = input;
  context.log(`waiting for ${withoutQuery(url)}`);
  return waitUntil({
    action: 'wait/http',
    what: withoutQuery(url),
    input,
    context,
    look: async (signal, left): Promise<Look> => {
      const request: Record<string, Json> = {
        url,
        method: input.method ?? 'GET',
        headers: input.headers ?? {},
        expect: input.expect ?? '2xx',
        timeout: `${Math.max(1, Math.floor(Math.min(oneLook, left)))}ms`,
      };
      // Its own lines would come with every look.
      const outcome = await httpRequest(request, { ...context, signal, log: () => undefined });
      if (outcome.kind === 'cancelled') return { kind: 'not-yet', why: 'the wait is over' };
      if (outcome.kind === 'failed') {
        const { error } = outcome;
        return error.code === 'action-input' ? { kind: 'never', error } : { kind: 'not-yet', why: error.message.replace(/\.$/, '') };
      }
      const body = String(outcome.outputs.body ?? '');
      if (typeof contains === 'string' && !body.includes(contains))
        return { kind: 'not-yet', why: `it answers ${String(outcome.outputs.status)}, but not with the text that \`contains\` wants` };
      return { kind: 'there', outputs: { status: outcome.outputs.status ?? null, body } };
    },
  });
};

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '?…');
