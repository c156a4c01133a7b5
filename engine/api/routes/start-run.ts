import { StartRun } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const startRun = route({
  method: 'POST',
  url: '/v1/runs',
  scope: 'request',
  body: StartRun,
  status: 201,
  handle: ({ runtime }, { body, caller }) => runtime.start(body, caller),
});
