import { Act } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** Steps start again, so it takes a person. */
export const resumeRun = route({
  method: 'POST',
  url: '/v1/runs/:id/resume',
  scope: 'approve',
  body: Act,
  handle: ({ runtime }, { params, body, caller }) => runtime.resume(params.id ?? '', body, caller),
});
