import type { Step } from '../../runbook/core/model.ts';
import type { Request } from './request.ts';
import type { Snapshot } from './snapshot.ts';

/** May the step be repeated when nobody knows whether it took effect? Its author's word, else the action's manifest; a script is not. */
export function isIdempotent(snapshot: Snapshot, step: Step, request: Request): boolean {
  if (step.idempotent !== undefined) return step.idempotent;
  if (request.kind !== 'action') return false;
  const said = Object.hasOwn(snapshot.actions, request.action) ? snapshot.actions[request.action]?.manifest.idempotent : undefined;
  if (said === undefined || typeof said === 'boolean') return said ?? false;
  return Object.hasOwn(request.with, said.input) ? said.in.some((value) => value === request.with[said.input]) : said.default;
}
