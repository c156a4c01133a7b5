import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { type Contexts, resolveRecord, resolveText, type SecretText } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import { contextsOf, contextsOfUndone, withEnvironment } from './contexts.ts';
import { fileOf, plannedAt, runbookFrame } from './frames.ts';
import { actionIn } from './snapshot.ts';
import type { State } from './state.ts';
import { specOf, writtenTarget } from './targets.ts';
import { undoneBy } from './undone.ts';

export interface ResolvedTarget {
  readonly target: string;
  readonly connection?: Readonly<Record<string, Json>>;
  readonly secretTexts: readonly SecretText[];
}

/**
 * Where the step runs; steps of an action of one's own that name no target run where the action was used.
 * Throws `target-unknown`, or what an expression in the target fails with.
 */
export function resolveTarget(state: State, frame: string, planned: Planned, contexts: Contexts): ResolvedTarget {
  const written = writtenTarget(state, planned);
  const { id, frame: at } = runbookFrame(state, frame);
  if (written === undefined && at.action !== undefined) return targetOfUse(state, id, contexts.where);
  const { undone, inside = [] } = undoneBy(planned);
  // Where an action's own undo says nothing, it is the target of the step that it takes back.
  if (undone !== undefined && written !== undefined && !inside.some(({ target }) => target === written) && written !== 'local')
    return named(state, frame, written, contextsOfUndone(state, frame, undone, contexts.where));
  return named(state, frame, written ?? 'local', contexts);
}

/** What the workspace says for an action, as `{ settings }`; nothing where it says nothing. Throws what an expression in it fails with. */
export function settingsOf(state: State, frame: string, name: string | undefined, contexts: Contexts): ResolvedSettings {
  const { settings = {} } = state.snapshot;
  const written = name !== undefined && Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (name === undefined || written === undefined) return { value: {}, secretTexts: [] };
  const where = `${contexts.where}, the settings ${name}`;
  return resolveRecord({ settings: written }, { ...ofWorkspace(state, frame, contexts), where, secretsAllowed: true });
}

type ResolvedSettings = { readonly value: { readonly settings?: Json }; readonly secretTexts: readonly SecretText[] };

/** What is the workspace's sees the workspace's secrets, also within an action of one's own. */
function ofWorkspace(state: State, frame: string, contexts: Contexts): Contexts {
  if (runbookFrame(state, frame).frame.action === undefined) return contexts;
  return { ...contexts, secrets: { secrets: state.snapshot.secrets, secretEnv: {} } };
}

function named(state: State, frame: string, written: string, contexts: Contexts): ResolvedTarget {
  const name = resolveText(written, { ...contexts, where: `${contexts.where}, target` }).text;
  const spec = specOf(state, frame, name);
  if (spec === undefined && name !== 'local') {
    const known = ['local', ...Object.keys(fileOf(state, frame).runbook.targets), ...Object.keys(state.snapshot.targets)];
    throw new ProblemError(problem('target-unknown', { where: contexts.where, target: name, known: [...new Set(known)].join(', ') }));
  }
  if (spec === undefined || spec.type === 'local') return { target: name, secretTexts: [] };
  const where = `${contexts.where}, target ${name}`;
  const { value, secretTexts } = resolveRecord(
    spec,
    { ...ofWorkspace(state, frame, contexts), where, secretsAllowed: true },
    '/connection',
  );
  return { target: name, connection: value, secretTexts };
}

function targetOfUse(state: State, path: string, where: string): ResolvedTarget {
  const frame = state.steps[path]?.frame ?? '';
  const planned = plannedAt(state, path);
  const contexts = contextsOf(state, { where, frame, path, planned });
  return resolveTarget(state, frame, planned, withEnvironment(contexts, { values: {}, secret: {} }));
}

/** Throws `target-needed` where an action of one's own does not run on this type of target. */
export function checkTarget(state: State, action: string, { target, connection }: ResolvedTarget): void {
  const type = typeof connection?.type === 'string' ? connection.type : 'local';
  const known = actionIn(state.snapshot, action)?.manifest.targets ?? ['local'];
  if (known.includes(type)) return;
  const args = {
    action,
    types: known.join(' or '),
    first: known[0] ?? '',
    target: type === 'local' ? 'local' : `${target}, of type ${type}`,
  };
  const remedy = { remedy: 'Give the step another target, or add this type to `targets` in the file of the action.' };
  throw new ProblemError(problem('target-needed', args, remedy));
}
