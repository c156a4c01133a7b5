import { ShowRun } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const showRun = route({
  method: 'GET',
  url: '/v1/runs/:id',
  scope: 'read',
  query: ShowRun,
  handle: ({ runtime }, { params, query }) => runtime.show(params.id ?? '', query),
});
