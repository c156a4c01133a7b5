import { OutputQuery } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const runOutput = route({
  method: 'GET',
  url: '/v1/runs/:id/output',
  scope: 'read',
  query: OutputQuery,
  handle: ({ runtime }, { params, query }) => runtime.output(params.id ?? '', query.step),
});
