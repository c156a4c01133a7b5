import type { ActionCode } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { guarded } from '../blocking/open.ts';
import { type Entries, holdText, readRule } from '../holds.ts';
import { checkHost } from '../isolation/management.ts';
import { isolationMethod, isolationSettings } from '../isolation/settings.ts';
import { isolationTable, wholeHost } from '../isolation/table.ts';
import { hostList } from '../lists/host-list.ts';
import { listStore, tableStore } from '../store.ts';

export const releaseHost: ActionCode = guarded(async (input, context) => {
  const rule = input.rule === undefined ? undefined : readRule(String(input.rule));
  const wrong = (why: string) => new ProblemError(problem('rule-wrong', { rule: JSON.stringify(String(input.rule).slice(0, 80)), why }));
  if (input.rule !== undefined && !rule) throw wrong('it is not of the form METHOD:HOST#HOLD');
  if (rule && input.method !== undefined && input.method !== rule.method) throw wrong(`it is not of the method ${String(input.method)}`);
  const settings = isolationSettings(context);
  const method = isolationMethod(rule?.method ?? input.method, settings, context);
  const named = input.host === undefined ? undefined : String(input.host);
  const machine = method === 'nftables' ? await context.host() : undefined;
  if (machine) {
    checkHost(named, machine, context);
    checkHost(rule?.key, machine, context);
  }
  const host = machine ? (named ?? machine.name) : (rule?.key ?? named)?.toLowerCase();
  if (host === undefined)
    throw new ProblemError(problem('action-input', { action: 'security/release_host', why: 'it needs host or rule' }));
  if (!machine && rule && named !== undefined && named.toLowerCase() !== rule.key) throw wrong(`it is not about ${named}`);
  const store = machine
    ? await tableStore(isolationTable({ addresses: [], ports: [], dhcp: true }), context)
    : listStore(hostList(settings.list), context);
  const key = machine ? wholeHost : host;
  const lift = (entries: Entries) => {
    const holds = entries.get(key) ?? [];
    const left = rule === undefined ? [] : holds.filter(({ id }) => id !== rule.hold);
    if (left.length === 0) entries.delete(key);
    else entries.set(key, left);
    return { released: left.length < holds.length, still: left.map((hold) => holdText(host, hold)) };
  };
  const check = input.check === true;
  const { released, still } = check ? lift(await store.look()) : await store.change(lift);
  const done = released ? (check ? 'would release' : 'released') : 'nothing to release of';
  context.log(`${done} ${host}${still.length > 0 ? `; it stays isolated by ${still.join(', ')}` : ''}`);
  return { kind: 'succeeded', outputs: { host, method, released, still } };
});
