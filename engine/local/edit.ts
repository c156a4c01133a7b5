import type { EditRun } from '../../protocol/api.ts';
import type { Json } from '../../runbook/core/json.ts';
import { actorOf } from './actor.ts';
import { digestOf } from './digest.ts';
import type { Order } from './drive.ts';
import type { Caller, Parts } from './parts.ts';
import { policyFor } from './policy.ts';
import { readSnapshot } from './start.ts';

/** The run as it stands. */
interface Edited {
  readonly file: string;
  readonly inputs: Readonly<Record<string, Json>>;
}

/**
 * The order that gives a paused run another snapshot: of its own file as it is now, or of another one. Under the same trust as a start;
 * whoever may not approve makes every step ask. What the runbook no longer takes of its inputs is left out. Throws what a start throws.
 */
export async function prepareEdit(parts: Parts<unknown>, run: Edited, request: EditRun, caller: Caller): Promise<Order> {
  const { file = run.file, trustOnce } = request;
  const actor = actorOf(caller, request.via);
  const { snapshot, people } = await readSnapshot(parts, { file, ...(trustOnce === undefined ? {} : { trustOnce }) }, caller);
  const { runbook } = snapshot;
  const given = Object.fromEntries(Object.entries(run.inputs).filter(([name]) => Object.hasOwn(runbook.inputs, name)));
  const inputs = parts.checkInputs(runbook, given);
  const policy = await policyFor(parts.stateFolder, caller);
  return { kind: 'edit', snapshot: digestOf(snapshot), edited: snapshot, inputs, policy, actor, ...people };
}
