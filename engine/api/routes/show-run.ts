import { route } from '../route.ts';

export const showRun = route({
  method: 'GET',
  url: '/v1/runs/:id',
  scope: 'read',
  handle: ({ runtime }, { params }) => runtime.show(params.id ?? ''),
});
