import { AuditQuery, Prune } from '../../../protocol/api.ts';
import { route } from '../route.ts';

export const auditVerify = route({
  method: 'GET',
  url: '/v1/audit/verify',
  scope: 'read',
  handle: ({ runtime }) => runtime.upkeep.verify(),
});

export const auditEvents = route({
  method: 'GET',
  url: '/v1/audit/events',
  scope: 'read',
  query: AuditQuery,
  handle: async ({ runtime }, { query }) => ({ events: await runtime.upkeep.events(query.after ?? 0, query.limit ?? 1000) }),
});

export const auditHeads = route({
  method: 'GET',
  url: '/v1/audit/heads',
  scope: 'read',
  handle: async ({ runtime }) => ({ heads: await runtime.upkeep.heads() }),
});

/** Removes records, so it is a person's. */
export const prune = route({
  method: 'POST',
  url: '/v1/prune',
  scope: 'approve',
  body: Prune,
  handle: ({ runtime }, { body }) => runtime.upkeep.prune(body.olderThanMs, body.dryRun ?? false),
});
