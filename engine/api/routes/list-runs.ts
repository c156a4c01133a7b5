import { ListRuns } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const listRuns = route({
  method: 'GET',
  url: '/v1/runs',
  scope: 'read',
  query: ListRuns,
  handle: async ({ runtime }, { query }) => ({ runs: await runtime.list(query) }),
});
