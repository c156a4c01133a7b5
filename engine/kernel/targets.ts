import type { JsonObject } from '../../runbook/core/json.ts';
import type { TargetSpec } from '../../runbook/core/model.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import { fileOf, plannedAt, runbookFrame } from './frames.ts';
import { actionIn } from './snapshot.ts';
import type { State } from './state.ts';

/** The step's own target, else that of the nearest step around it that has one, for an action only if it knows targets. */
export function writtenTarget({ snapshot }: State, { step, above }: Planned): string | undefined {
  const { verb } = step;
  if (verb.kind === 'uses' && actionIn(snapshot, verb.action)?.manifest.targets === undefined) return step.target ?? 'local';
  return step.target ?? above.findLast(({ target }) => target !== undefined)?.target;
}

/** The runbook's own wins over the workspace's shared one. Undefined for `local` and for a name that nobody has. */
export function specOf(state: State, frame: string, name: string): TargetSpec | undefined {
  const { targets } = fileOf(state, frame).runbook;
  if (Object.hasOwn(targets, name)) return targets[name];
  return Object.hasOwn(state.snapshot.targets, name) ? state.snapshot.targets[name] : undefined;
}

/** What expressions see as `target`: what is written without an expression in it. In an action of one's own it is where that is used. */
export function describeTarget(state: State, frame: string, planned: Planned | undefined): JsonObject {
  const written = planned && writtenTarget(state, planned);
  const { id, frame: at } = runbookFrame(state, frame);
  if (written === undefined && at.action !== undefined) return describeTarget(state, at.around ?? '', plannedAt(state, id));
  const name = written ?? 'local';
  const { type, host }: TargetSpec = specOf(state, frame, name) ?? { type: 'local' };
  return { name, type, ...(typeof host === 'string' && !host.includes('${{') ? { host } : {}) };
}
