import { route } from '../route.ts';

export const shutdown = route({
  method: 'POST',
  url: '/v1/shutdown',
  scope: 'approve',
  handle: async (host) => host.shutdown(),
});
