import { Decide } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const approveStep = route({
  method: 'POST',
  url: '/v1/runs/:id/approve',
  scope: 'approve',
  body: Decide,
  handle: ({ runtime }, { params, body, caller }) => runtime.approve(params.id ?? '', body, caller),
});
