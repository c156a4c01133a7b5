import { Skip } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** A question that is skipped is not answered, so it takes a person. */
export const skipStep = route({
  method: 'POST',
  url: '/v1/runs/:id/skip',
  scope: 'approve',
  body: Skip,
  handle: ({ runtime }, { params, body, caller }) => runtime.skip(params.id ?? '', body, caller),
});
