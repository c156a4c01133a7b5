import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import { parseDuration } from '../../../runbook/core/duration.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { guarded } from '../blocking/open.ts';
import { iso, ruleText, withHold } from '../holds.ts';
import { isolate } from '../isolation/isolate.ts';
import { checkHost, openOn } from '../isolation/management.ts';
import { type IsolationSettings, isolationMethod, isolationSettings } from '../isolation/settings.ts';
import { isolationTable, wholeHost } from '../isolation/table.ts';
import { hostList } from '../lists/host-list.ts';
import { listStore, tableStore } from '../store.ts';
import { endOf } from '../until.ts';

const action = 'security/isolate_host';
const wrong = (why: string) => new ProblemError(problem('action-input', { action, why }));

export const isolateHost: ActionCode = guarded(async (input, context) => {
  const settings = isolationSettings(context);
  const expires = endOf(action, input.duration ?? 'permanent', Date.now());
  const method = isolationMethod(input.method, settings, context);
  const outputs = await (method === 'list' ? byList : byRules)(input, expires, settings, context);
  return { kind: 'succeeded', outputs: { ...outputs, method, expires: iso(expires) } };
});

type Way = (
  input: Readonly<Record<string, Json>>,
  expires: number | null,
  settings: IsolationSettings,
  context: ActionContext,
) => Promise<Readonly<Record<string, Json>>>;

const byList: Way = async (input, expires, { list }, context) => {
  if (input.host === undefined) throw wrong('host is needed for the list');
  const host = String(input.host).toLowerCase();
  const store = listStore(hostList(list), context);
  const hold = { id: store.hold, expires, since: Date.now(), ...(input.reason ? { reason: String(input.reason) } : {}) };
  const others = (holds: readonly { readonly id: string }[] = []) => holds.some(({ id }) => id !== store.hold);
  const check = input.check === true;
  const already = check
    ? others((await store.look()).get(host))
    : await store.change((entries) => {
        const before = entries.get(host) ?? [];
        entries.set(host, withHold(before, hold));
        return others(before);
      });
  context.log(`${check ? 'would put' : 'put'} ${host} on the quarantine list${already ? ', where it is already' : ''}`);
  return { rule_id: ruleText({ method: 'list', key: host, hold: store.hold }), host, already, open: [] };
};

const byRules: Way = async (input, expires, settings, context) => {
  const confirm = parseDuration(String(input.confirm ?? '60s'));
  if (!confirm.ok) throw wrong(`confirm ${confirm.message}`);
  if (confirm.milliseconds < 5000 || confirm.milliseconds > 600_000) throw wrong('confirm must be from 5s to 10m');
  const machine = await context.host();
  const named = input.host === undefined ? undefined : String(input.host);
  checkHost(named, machine, context);
  const open = await openOn(machine, settings);
  const texts = open.addresses.map(({ text }) => text);
  const ways = `${texts.join(', ')} on port ${open.ports.join(', ')}`;
  const answer = (hold: string, already: boolean) => ({
    rule_id: ruleText({ method: 'nftables', key: machine.name, hold }),
    host: named ?? machine.name,
    already,
    open: texts,
  });
  if (input.check === true) {
    const store = await tableStore(isolationTable(open), context);
    const already = ((await store.look()).get(wholeHost) ?? []).some(({ id }) => id !== store.hold);
    context.log(`would cut ${machine.name} off; it would stay open for ${ways}${already ? '; it is isolated already' : ''}`);
    return answer(store.hold, already);
  }
  context.log(`${machine.name} stays open for ${ways}`);
  const { hold, already } = await isolate({ open, expires, confirm: confirm.milliseconds }, context);
  return answer(hold, already);
};
