import type { ActionContext } from '../../../engine/connectors/action.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { httpRequest } from '../../http/request/request.ts';
import { iso, ruleText } from '../holds.ts';
import { isObject, wrongSettings } from '../settings.ts';
import type { Blocker } from './held.ts';
import type { BlockingSettings } from './settings.ts';

/**
 * A firewall's own HTTP service, as the settings describe it: `{ip}`, `{expires}`, `{seconds}`, `{reason}`, `{run}`, `{step}` and `{id}`
 * in its texts are put in, encoded where they stand in an address. What it says under `id` names the rule.
 */
export function apiBlocker({ api }: BlockingSettings, action: string, context: ActionContext): Blocker {
  const wrong = (why: string) => wrongSettings('blocking', why);
  if (!api) throw wrong('method api needs api, with block: { url, method, headers, json }');
  const send = async (part: JsonObject | undefined, name: string, values: Values, allowed: readonly number[]) => {
    if (!part) throw wrong(`api has no ${name}, so the service cannot be asked for that`);
    const request = filled(part, values);
    // Without the step's target: what it is told is for another server.
    const { signal, run, step, environment, log, folder, workspace, host, keepSecret } = context;
    const own = { signal, run, step, environment, log, folder, workspace, host, keepSecret, scratch: '', shared: '' };
    const outcome = await httpRequest({ ...request, expect: [...expected(request.expect), ...allowed] }, own);
    if (outcome.kind === 'cancelled') throw new Error('cancelled');
    if (outcome.kind === 'failed') throw failure(outcome);
    return outcome.outputs;
  };
  return {
    async block({ network, expires, reason }, check) {
      if (check && !api.look) return { rule: '', already: false };
      const values = {
        ip: network.text,
        expires: iso(expires) ?? '',
        seconds: expires === null ? 0 : Math.round((expires - Date.now()) / 1000),
        reason: reason ?? '',
        run: context.run,
        step: context.step,
      };
      const already = api.look ? (await this.look(network, check)).blocked : false;
      if (check) return { rule: '', already };
      const { json, status } = await send(api.block, 'block', values, [409]);
      const id = api.id === undefined ? network.text : at(json ?? null, api.id);
      // Somebody else's rule, which our undo must not lift.
      if (status === 409) return { rule: ruleText({ method: 'api', key: network.text, hold: 'none' }), already: true };
      if (id === undefined)
        throw wrong(`the answer has nothing at api.id, ${api.id}; the address is blocked, and no undo can name its rule`);
      return { rule: ruleText({ method: 'api', key: network.text, hold: `id=${id}` }), already };
    },
    async unblock(network, hold, check) {
      if (check || hold === 'none') return { unblocked: hold !== 'none', still: [] };
      const id = hold?.startsWith('id=') ? hold.slice(3) : network.text;
      const { status } = await send(api.unblock, 'unblock', { ip: network.text, id, run: context.run, step: context.step }, [404, 410]);
      return { unblocked: status !== 404 && status !== 410, still: [] };
    },
    async look(network) {
      const { status, json } = await send(api.look, 'look', { ip: network.text, run: context.run, step: context.step }, [404]);
      const where = api.look?.blocked;
      const value = typeof where === 'string' ? at(json ?? null, where) : undefined;
      const blocked = status !== 404 && (typeof where !== 'string' || (value !== undefined && value !== 'false'));
      return { blocked, expires: null, by: [] };
    },
  };

  function failure(outcome: Extract<Outcome, { kind: 'failed' }>): ProblemError {
    context.log(`${action}: the service did not take it`);
    return new ProblemError(outcome.error);
  }
}

type Values = Readonly<Record<string, string | number>>;

/** The part as `http/request` takes it; in its texts the placeholders are replaced, so that none can become more than a text. */
function filled({ url, blocked: _blocked, ...rest }: JsonObject, values: Values): JsonObject {
  const put = (text: string, encode: (value: string) => string) =>
    text.replace(/\{([a-z]+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? encode(String(values[name])) : whole));
  const walk = (value: Json): Json =>
    typeof value === 'string'
      ? put(value, (text) => text)
      : Array.isArray(value)
        ? value.map(walk)
        : isObject(value)
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
          : value;
  const request = walk(rest);
  return { ...(isObject(request) ? request : {}), url: put(String(url), encodeURIComponent) };
}

const expected = (given: Json | undefined): readonly Json[] => (given === undefined ? ['2xx'] : Array.isArray(given) ? given : [given]);

/** What stands under names with dots between, as text: `data.rules.0.id`. */
function at(value: Json, path: string): string | undefined {
  let found: Json | undefined = value;
  for (const key of path.split('.')) found = Array.isArray(found) ? found[Number(key)] : isObject(found) ? found[key] : undefined;
  return found === undefined || found === null || typeof found === 'object' ? undefined : String(found);
}
