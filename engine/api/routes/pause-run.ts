import { Act } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** What runs goes on; nothing new starts, which anybody may ask for. */
export const pauseRun = route({
  method: 'POST',
  url: '/v1/runs/:id/pause',
  scope: 'request',
  body: Act,
  handle: ({ runtime }, { params, body, caller }) => runtime.pause(params.id ?? '', body, caller),
});
