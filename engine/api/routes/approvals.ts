import { route } from '../route.ts';

export const approvals = route({
  method: 'GET',
  url: '/v1/approvals',
  scope: 'read',
  handle: async ({ runtime }) => ({ approvals: await runtime.approvals() }),
});
