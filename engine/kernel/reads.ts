import type { Request } from './request.ts';
import { actionIn, type Snapshot } from './snapshot.ts';

/** Does an action, with what it is given now, only read? Its manifest's word: the author's `idempotent` says that it may be repeated, not that it changes nothing. */
export function onlyReads(snapshot: Snapshot, request: Request): boolean {
  if (request.kind !== 'action') return false;
  const manifest = actionIn(snapshot, request.action)?.manifest;
  if (manifest === undefined) return false;
  const { risk, idempotent } = manifest;
  if (typeof idempotent === 'boolean') return risk === 'low';
  const given = Object.hasOwn(request.with, idempotent.input) ? request.with[idempotent.input] : undefined;
  return given === undefined ? idempotent.default : idempotent.in.some((value) => value === given);
}
