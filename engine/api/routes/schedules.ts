import { AddSchedule, RemoveSchedule } from '../../../protocol/schedule.ts';
import { route } from '../route.ts';

/** Runs without anybody there are a person's to allow. */
export const addSchedule = route({
  method: 'POST',
  url: '/v1/schedules',
  scope: 'approve',
  body: AddSchedule,
  handle: ({ runtime }, { body }) => runtime.schedules.add(body.file, body.env),
});

export const listSchedules = route({
  method: 'GET',
  url: '/v1/schedules',
  scope: 'read',
  handle: async ({ runtime }) => ({ schedules: await runtime.schedules.list() }),
});

export const removeSchedule = route({
  method: 'POST',
  url: '/v1/schedules/remove',
  scope: 'approve',
  body: RemoveSchedule,
  handle: async ({ runtime }, { body }) => ({ removed: await runtime.schedules.remove(body.file) }),
});
