import { itemsOf, type Node, valueIn } from '../../syntax/tree.ts';

export function* schedules(root: Node | undefined): Generator<{ readonly cron?: Node; readonly timezone?: Node }> {
  for (const trigger of itemsOf(valueIn(root, 'triggers'))) {
    const schedule = valueIn(trigger, 'schedule');
    if (schedule) yield { cron: valueIn(schedule, 'cron'), timezone: valueIn(schedule, 'timezone') };
  }
}
