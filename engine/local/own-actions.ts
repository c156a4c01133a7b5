import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook, Step, Verb } from '../../runbook/core/model.ts';
import type { PackInfo } from '../../runbook/core/pack.ts';
import { planOf } from '../../runbook/core/plan.ts';
import { kindOf } from '../../runbook/files/kind.ts';
import type { ActionOfRun } from '../kernel/snapshot.ts';

/** Of an action of the workspace: what is known of it, and the file with its bytes as they were read. */
export interface OwnFile {
  readonly manifest: ActionManifest;
  readonly file: string;
  readonly text: string;
  readonly digest: string;
  /** That brings it along. */
  readonly pack?: PackInfo;
}

const most = 1000;

/** The files that may describe actions, by name, in `actions` of a shared folder or a pack. None where there is no such folder. */
export async function actionFilesIn(around: string): Promise<readonly string[]> {
  const folder = join(around, 'actions');
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => kindOf(name) === 'action')
    .sort()
    .slice(0, most)
    .map((name) => join(folder, name));
}

/** The names of actions in a text, as far as they are written plainly. */
export const actionsNamed = (text: string): readonly string[] =>
  [...text.matchAll(/\buses["']?\s*:\s*["']?([a-z][a-z0-9_-]*\/[a-z][a-z0-9_-]*)/g)].map(([, name = '']) => name);

/** Nobody has trusted where the actions are: a text that uses one that is not built in is told so, before it is read as a runbook. */
export function refuseUntrusted(text: string, shared: string, builtIn: Readonly<Record<string, unknown>>): void {
  if (actionsNamed(text).every((name) => Object.hasOwn(builtIn, name))) return;
  throw new ProblemError(problem('action-untrusted', { folder: join(shared, 'actions'), parent: dirname(shared) }));
}

/** Every action that steps of the runbook use, undos included. */
export const actionsUsed = (runbook: Runbook): readonly string[] =>
  [...planOf(runbook).steps.values()].flatMap(({ step: { verb } }) => (verb.kind === 'uses' ? [verb.action] : []));

/** The runbook with the undo of an action's manifest where a step has none of its own: in `steps` and `verify`, which a rollback takes back. */
export function withDefaultUndos(runbook: Runbook, actions: (name: string) => ActionManifest | undefined): Runbook {
  const completed = (step: Step): Step => {
    const made = inside(step.verb, completed);
    const fallback = step.fallback?.map(completed);
    const undo = step.undo ?? (step.verb.kind === 'uses' ? undoFor(step, actions(step.verb.action)) : undefined);
    const same = made === step.verb && undo === step.undo && (fallback ?? []).every((one, index) => one === step.fallback?.[index]);
    if (same) return step;
    return { ...step, verb: made, ...(undo === undefined ? {} : { undo }), ...(fallback === undefined ? {} : { fallback }) };
  };
  const steps = runbook.steps.map(completed);
  const verify = runbook.verify.map(completed);
  const same = [...steps, ...verify].every((step, index) => step === [...runbook.steps, ...runbook.verify][index]);
  return same ? runbook : { ...runbook, steps, verify };
}

function undoFor(step: Step, manifest: ActionManifest | undefined): Step | undefined {
  const undo = manifest?.undo;
  if (undo === undefined) return undefined;
  const plain: Omit<Step, 'verb'> = { path: '', line: step.line, env: {}, onError: 'stop', outputs: {} };
  const made: Step = 'uses' in undo ? { ...plain, verb: { kind: 'uses', action: undo.uses, with: undo.with } } : undo;
  const { id: _own, ...rest } = made;
  // It is written elsewhere; an editor shows the step that it belongs to.
  return { ...rest, path: `undo/${step.path}`, line: step.line, byAction: true };
}

function inside(verb: Verb, change: (step: Step) => Step): Verb {
  switch (verb.kind) {
    case 'parallel':
    case 'for-each':
    case 'repeat': {
      const steps = verb.steps.map(change);
      return steps.every((step, index) => step === verb.steps[index]) ? verb : { ...verb, steps };
    }
    case 'switch': {
      const branches = verb.branches.map((branch) => ({ ...branch, steps: branch.steps.map(change) }));
      const same = branches.every(({ steps }, index) => steps.every((step, at) => step === verb.branches[index]?.steps[at]));
      return same ? verb : { ...verb, branches };
    }
    default:
      return verb;
  }
}

/** What the snapshot says of an action of one's own. */
export const ownOfRun = ({ manifest, digest, file, pack }: OwnFile, kind: 'script' | 'steps'): ActionOfRun => ({
  manifest,
  code: digest,
  own: { kind, file, ...(pack === undefined ? {} : { pack }) },
});
