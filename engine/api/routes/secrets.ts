import { PutSecret, SecretsKey } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** Names only: no route gives a value. */
export const listSecrets = route({
  method: 'GET',
  url: '/v1/secrets',
  scope: 'read',
  handle: async ({ runtime }) => ({ names: await runtime.secretNames() }),
});

export const putSecret = route({
  method: 'PUT',
  url: '/v1/secrets/:name',
  scope: 'approve',
  body: PutSecret,
  handle: ({ runtime }, { params, body }) => runtime.putSecret(params.name ?? '', body.value, body.allowShort ?? false),
});

/** Takes the key, and never gives it. */
export const putSecretsKey = route({
  method: 'PUT',
  url: '/v1/secrets-key',
  scope: 'approve',
  body: SecretsKey,
  handle: ({ runtime }, { body }) => runtime.unlockSecrets(body.key, body.keep),
});

export const removeSecret = route({
  method: 'DELETE',
  url: '/v1/secrets/:name',
  scope: 'approve',
  handle: async ({ runtime }, { params }) => ({ removed: await runtime.removeSecret(params.name ?? '') }),
});
