import { PolicyView } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const getPolicy = route({
  method: 'GET',
  url: '/v1/policy',
  scope: 'read',
  handle: ({ runtime }) => runtime.policy(),
});

export const putPolicy = route({
  method: 'PUT',
  url: '/v1/policy',
  scope: 'approve',
  body: PolicyView,
  handle: ({ runtime }, { body }) => runtime.setPolicy(body),
});
