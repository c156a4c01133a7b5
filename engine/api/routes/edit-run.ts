import { EditRun } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** Anybody may ask for it who may ask for a run: nothing starts by it, and what starts later asks as its risk and its author say. */
export const editRun = route({
  method: 'POST',
  url: '/v1/runs/:id/edit',
  scope: 'request',
  body: EditRun,
  handle: ({ runtime }, { params, body, caller }) => runtime.edit(params.id ?? '', body, caller),
});
