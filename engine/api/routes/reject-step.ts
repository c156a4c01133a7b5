import { Decide } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const rejectStep = route({
  method: 'POST',
  url: '/v1/runs/:id/reject',
  scope: 'approve',
  body: Decide,
  handle: ({ runtime }, { params, body, caller }) => runtime.reject(params.id ?? '', body, caller),
});
