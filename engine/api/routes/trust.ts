import { Trust } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const getTrust = route({
  method: 'GET',
  url: '/v1/trust',
  scope: 'read',
  handle: async ({ runtime }) => ({ folders: await runtime.trusted() }),
});

export const putTrust = route({
  method: 'PUT',
  url: '/v1/trust',
  scope: 'approve',
  body: Trust,
  handle: ({ runtime }, { body }) => runtime.setTrust(body.folder, body.trusted),
});
