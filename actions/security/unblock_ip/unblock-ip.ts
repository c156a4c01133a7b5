import type { ActionCode } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { guarded, openWay } from '../blocking/open.ts';
import { networkOf } from '../blocking/settings.ts';
import { readRule } from '../holds.ts';

const action = 'security/unblock_ip';

export const unblockIp: ActionCode = guarded(async (input, context) => {
  if (input.rule === undefined && input.ip === undefined)
    throw new ProblemError(problem('action-input', { action, why: 'it needs ip or rule' }));
  const rule = input.rule === undefined ? undefined : readRule(String(input.rule));
  const wrong = (why: string) => new ProblemError(problem('rule-wrong', { rule: JSON.stringify(String(input.rule).slice(0, 80)), why }));
  if (input.rule !== undefined && !rule) throw wrong('it is not of the form METHOD:ADDRESS#HOLD');
  const network = networkOf(rule?.key ?? String(input.ip));
  if (rule && input.ip !== undefined && networkOf(String(input.ip)).text !== network.text)
    throw wrong(`it is not about ${String(input.ip)}`);
  if (rule && input.method !== undefined && input.method !== rule.method) throw wrong(`it is not of the method ${String(input.method)}`);
  const { method, blocker } = await openWay(rule?.method ?? input.method, action, context);
  const { unblocked, still } = await blocker.unblock(network, rule?.hold, input.check === true);
  const done = input.check === true ? (unblocked ? 'would lift' : 'has nothing to lift of') : unblocked ? 'lifted' : 'nothing to lift of';
  context.log(`${done} the block of ${network.text}`);
  if (still.length > 0) context.log(`it, or part of it, stays blocked by ${still.slice(0, 20).join(', ')}`);
  return { kind: 'succeeded', outputs: { ip: network.text, method, unblocked, still } };
});
