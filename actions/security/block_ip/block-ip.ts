import type { ActionCode } from '../../../engine/connectors/action.ts';
import { guarded, openWay } from '../blocking/open.ts';
import { mayBlock, networkOf } from '../blocking/settings.ts';
import { iso } from '../holds.ts';
import { endOf } from '../until.ts';

export const blockIp: ActionCode = guarded(async (input, context) => {
  const { method, settings, blocker } = await openWay(input.method, 'security/block_ip', context);
  const given = String(input.ip);
  const network = networkOf(given);
  if (network.text !== given.trim()) context.log(`${given.trim()} is ${network.text}`);
  mayBlock(network, settings);
  const expires = endOf('security/block_ip', input.duration ?? '24h', Date.now());
  const check = input.check === true;
  const { rule, already } = await blocker.block({ network, expires, ...(input.reason ? { reason: String(input.reason) } : {}) }, check);
  const until = expires === null ? 'without an end' : `until ${iso(expires)}`;
  context.log(`${check ? 'would block' : 'blocked'} ${network.text} ${until}${already ? '; it was blocked before' : ''}`);
  return { kind: 'succeeded', outputs: { rule_id: rule, ip: network.text, method, expires: iso(expires), already } };
});
