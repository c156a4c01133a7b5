import { Cancel } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const cancelRun = route({
  method: 'POST',
  url: '/v1/runs/:id/cancel',
  scope: 'request',
  body: Cancel,
  handle: ({ runtime }, { params, body, caller }) => runtime.cancel(params.id ?? '', body.via ?? 'api', caller),
});
