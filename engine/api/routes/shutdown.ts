import { Shutdown } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const shutdown = route({
  method: 'POST',
  url: '/v1/shutdown',
  scope: 'approve',
  body: Shutdown,
  handle: async (host, { body }) => host.shutdown(body.drain ?? false),
});
