import type { ActionCode } from '../../../engine/connectors/action.ts';
import { problem } from '../../../runbook/core/errors.ts';
import { guarded, openWay } from '../blocking/open.ts';
import { networkOf } from '../blocking/settings.ts';
import { iso } from '../holds.ts';

export const isBlocked: ActionCode = guarded(async (input, context) => {
  const network = networkOf(String(input.ip));
  const check = input.check === true;
  const { method, blocker } = await openWay(input.method, 'security/is_blocked', context);
  const { blocked, expires, by } = await blocker.look(network, check);
  const outputs = { blocked, expires: iso(expires), by, method };
  const state = blocked ? 'blocked' : by.length > 0 ? 'blocked in part' : 'not blocked';
  context.log(`${network.text} is ${state}`);
  const expected = input.expect ?? 'blocked';
  const fits = expected === 'any' || check || blocked === (expected === 'blocked');
  return fits ? { kind: 'succeeded', outputs } : { kind: 'failed', error: problem('address-state', { ip: network.text, state }), outputs };
});
