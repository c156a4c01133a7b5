import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { type Contexts, resolveRecord, resolveText, type SecretText } from '../../runbook/core/expression.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import type { TargetSpec } from '../../runbook/core/model.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import { fileOf } from './frames.ts';
import type { State } from './state.ts';

/** The step's own target, else that of the nearest step around it that has one, for an action only if it knows targets. */
export function targetName({ snapshot }: State, { step, above }: Planned): string {
  const { verb } = step;
  const alone =
    verb.kind === 'uses' &&
    (Object.hasOwn(snapshot.actions, verb.action) ? snapshot.actions[verb.action] : undefined)?.manifest.targets === undefined;
  if (alone) return step.target ?? 'local';
  return step.target ?? above.findLast(({ target }) => target !== undefined)?.target ?? 'local';
}

/** The runbook's own wins over the workspace's shared one. Undefined for `local` and for a name that nobody has. */
function specOf(state: State, frame: string, name: string): TargetSpec | undefined {
  const { targets } = fileOf(state, frame).runbook;
  if (Object.hasOwn(targets, name)) return targets[name];
  return Object.hasOwn(state.snapshot.targets, name) ? state.snapshot.targets[name] : undefined;
}

/** What expressions see as `target`: what is written without an expression in it. */
export function describeTarget(state: State, frame: string, name: string): JsonObject {
  const spec = specOf(state, frame, name);
  const { type, host }: TargetSpec = spec ?? { type: 'local' };
  return { name, type, ...(typeof host === 'string' && !host.includes('${{') ? { host } : {}) };
}

export interface ResolvedTarget {
  readonly target: string;
  readonly connection?: Readonly<Record<string, Json>>;
  readonly secretTexts: readonly SecretText[];
}

/** Where the step runs. Throws `target-unknown`, or what an expression in the target fails with. */
export function resolveTarget(state: State, frame: string, planned: Planned, contexts: Contexts): ResolvedTarget {
  const name = resolveText(targetName(state, planned), { ...contexts, where: `${contexts.where}, target` }).text;
  const spec = specOf(state, frame, name);
  if (spec === undefined && name !== 'local') {
    const known = ['local', ...Object.keys(fileOf(state, frame).runbook.targets), ...Object.keys(state.snapshot.targets)];
    throw new ProblemError(problem('target-unknown', { where: contexts.where, target: name, known: [...new Set(known)].join(', ') }));
  }
  if (spec === undefined || spec.type === 'local') return { target: name, secretTexts: [] };
  const { value, secretTexts } = resolveRecord(
    spec,
    { ...contexts, where: `${contexts.where}, target ${name}`, secretsAllowed: true },
    '/connection',
  );
  return { target: name, connection: value, secretTexts };
}
