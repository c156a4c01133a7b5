import { Retry } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** Steps run again, so it takes a person; those that ask are asked about again. */
export const retryRun = route({
  method: 'POST',
  url: '/v1/runs/:id/retry',
  scope: 'approve',
  body: Retry,
  handle: ({ runtime }, { params, body, caller }) => runtime.retry(params.id ?? '', body, caller),
});
