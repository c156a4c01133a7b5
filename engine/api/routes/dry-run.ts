import { StartRun } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const dryRun = route({
  method: 'POST',
  url: '/v1/dry-run',
  scope: 'request',
  body: StartRun,
  handle: ({ runtime }, { body, caller }) => runtime.dryRun(body, caller),
});
