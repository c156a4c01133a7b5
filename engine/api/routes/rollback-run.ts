import { Act } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** Undos run without a further question, so it takes a person. */
export const rollbackRun = route({
  method: 'POST',
  url: '/v1/runs/:id/rollback',
  scope: 'approve',
  body: Act,
  handle: ({ runtime }, { params, body, caller }) => runtime.rollback(params.id ?? '', body, caller),
});
