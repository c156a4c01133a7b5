import type { Step } from '../../runbook/core/model.ts';
import type { Request } from './request.ts';
import { actionIn, type Snapshot } from './snapshot.ts';

/** May the step be repeated when nobody knows whether it took effect? Its author's word, else the action's manifest; a script is not. */
export function isIdempotent(snapshot: Snapshot, step: Step, request: Request): boolean {
  if (step.idempotent !== undefined) return step.idempotent;
  if (request.kind === 'gate' || request.action === undefined) return false;
  const said = actionIn(snapshot, request.action)?.manifest.idempotent;
  if (request.kind === 'script' || said === undefined || typeof said === 'boolean') return said === true;
  return Object.hasOwn(request.with, said.input) ? said.in.some((value) => value === request.with[said.input]) : said.default;
}
