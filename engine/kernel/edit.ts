import { canonical } from '../../runbook/core/canonical.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Step } from '../../runbook/core/model.ts';
import { instancePath, type Planned, phaseLists, planOf } from '../../runbook/core/plan.ts';
import type { Command } from './command.ts';
import type { KernelEvent, Policy } from './event.ts';
import { fileOf, phaseKey, rootFrame } from './frames.ts';
import { memberOf } from './lists.ts';
import { type Located, locate } from './locate.ts';
import { rank } from './risk-rank.ts';
import { calledFrom, type RunbookFile, type Snapshot } from './snapshot.ts';
import { checkRunnable } from './start.ts';
import type { RunbookFrame, State, StepState } from './state.ts';
import { edited } from './take-edit.ts';

type Edit = Extract<Command, { kind: 'edit' }>;

/**
 * The steps that a paused run has not begun are those of another snapshot from now on.
 *  1. What has begun keeps its path, its place among the others, and what it is; what runs at this moment stays exactly as it is.
 *  2. Nothing new stands where the run has been.
 *  3. Questions are void: whoever answered them had another snapshot before their eyes.
 * Throws `edit-running`, `edit-begun`, and what a start throws for steps that nothing could carry out.
 */
export function edit(state: State, command: Edit): KernelEvent | 'known' {
  const run = state.start?.run ?? '';
  if (state.finished !== undefined || !state.paused) throw new ProblemError(problem('edit-running', { run }));
  if (command.snapshot === state.snapshotDigest) return 'known';
  checkRunnable(command.edited);
  const refuse = (step: string, why: string) => new ProblemError(problem('edit-begun', { step, run, why }));
  if (Object.values(state.lists).some(({ undo }) => undo !== undefined)) throw refuse('undo', 'what the run did is being undone');
  for (const path of state.order) {
    const step = state.steps[path];
    const why = step !== undefined && hasBegun(step) ? changed(state, command.edited, path, step) : undefined;
    if (why !== undefined) throw refuse(path, why);
  }
  const { only } = state.start ?? {};
  if (only !== undefined && !planOf(command.edited.runbook).steps.has(only)) throw refuse(only, 'it is gone, and the run is of it alone');
  // On a copy, which knows the new places of the steps.
  const { time, snapshot, inputs, people, actor } = command;
  const policy = stricter(state.start?.policy ?? command.policy, command.policy);
  const event: Extract<KernelEvent, { kind: 'run-edited' }> = {
    time,
    kind: 'run-edited',
    snapshot,
    edited: command.edited,
    inputs,
    policy,
    actor,
    ...(people === undefined ? {} : { people }),
  };
  for (const { planned, frame, owner } of Object.values(state.lists)) {
    const file = fileIn(command.edited, frameOf(state, frame).file);
    if (planned !== '' && file !== undefined && !planOf(file.runbook).lists.has(planned))
      throw refuse(owner ?? planned, 'what it holds is gone, and the run is in it');
  }
  const late = only === undefined ? lateStep(state, command.edited) : undefined;
  if (late !== undefined) throw refuse(late, 'the run has gone past its place');
  const after = edited({ ...(JSON.parse(JSON.stringify({ ...state, snapshot: null })) as State), snapshot: state.snapshot }, event);
  for (const list of Object.values(after.lists)) {
    const plan = list.planned === '' ? undefined : planOf(fileOf(after, list.frame).runbook).lists.get(list.planned);
    for (const [index, needed] of (plan?.before ?? []).entries()) {
      const path = memberOf(after, list, index)?.path ?? '';
      const step = after.steps[path];
      if (step === undefined || !(step.endedAt !== undefined || (Object.hasOwn(after.active, path) && hasBegun(step)))) continue;
      const open = needed.map((one) => memberOf(after, list, one)?.path ?? '').find((one) => after.steps[one]?.endedAt === undefined);
      if (open !== undefined) throw refuse(open, `${path} follows it, and has begun`);
    }
  }
  return event;
}

/** Something of it may have happened outside: not where it only asks, waits for its turn, or was skipped and has its turn again. */
function hasBegun({ at, attempts, endedAt }: StepState): boolean {
  if (attempts > 0) return true;
  switch (at.kind) {
    case 'ready':
      return at.again !== undefined;
    case 'skipped':
      return endedAt !== undefined;
    default:
      return at.kind !== 'waiting' && at.kind !== 'approved' && at.kind !== 'held';
  }
}

function changed(state: State, to: Snapshot, path: string, { at, endedAt }: StepState): string | undefined {
  const before = locate(state.snapshot, path);
  const after = locate(to, path);
  if (before === undefined) return undefined;
  if (after === undefined) return 'it has begun, and is gone';
  const [old, now] = [before.planned.step, after.planned.step];
  const sameFile = before.file === state.snapshot ? after.file === to : after.file.file === before.file.file;
  if (!sameFile || before.planned.list.key !== after.planned.list.key) return 'it has begun, and stands elsewhere';
  if (leadsTo(state.snapshot, before) !== leadsTo(to, after)) return 'it has begun, and is something else';
  if ((at.kind === 'running' || at.kind === 'unknown') && written(old) !== written(now)) return 'it runs';
  if (old.id === undefined && written(hollow(old)) !== written(hollow(now)))
    return 'it has begun and has no `id`, so that only what it does tells it from others';
  if (at.kind === 'open' && at.what.verb === 'switch' && conditionOf(old, at.what.branch) !== conditionOf(now, at.what.branch))
    return 'it has chosen a branch, and that is another one';
  if (endedAt !== undefined && at.kind === 'succeeded' && old.undo === undefined && now.undo !== undefined)
    return 'it has ended without an undo';
  return undefined;
}

/** What a step is: its verb, and what stands behind it. */
function leadsTo(snapshot: Snapshot, { planned: { step }, file }: Located): string {
  const { verb } = step;
  return JSON.stringify([verb.kind, verb.kind === 'uses' ? verb.action : calledFrom(snapshot, file.folder, step)?.file]);
}

const conditionOf = ({ verb }: Step, branch: number): string | undefined =>
  verb.kind === 'switch' ? (verb.branches[branch]?.if ?? 'else') : undefined;

/** Its text may have moved to another line. */
const written = (step: Partial<Step>): string =>
  canonical(JSON.parse(JSON.stringify(step, (key, value: Json) => (key === 'line' ? undefined : value))));

/** Without the steps in it, which are compared one by one. */
function hollow({ verb, undo: _undo, fallback: _fallback, ...step }: Step): Partial<Step> {
  if (verb.kind === 'parallel' || verb.kind === 'for-each' || verb.kind === 'repeat') return { ...step, verb: { ...verb, steps: [] } };
  if (verb.kind === 'switch') return { ...step, verb: { kind: 'switch', branches: [] } };
  return { ...step, verb };
}

/** A step that is new and would never have its turn. */
function lateStep(state: State, to: Snapshot): string | undefined {
  for (const [id, frame] of Object.entries(state.frames)) {
    if (frame.kind !== 'runbook' || (id !== rootFrame && !Object.hasOwn(state.active, id))) continue;
    const file = fileIn(to, frame.file);
    const known = planOf(fileOf(state, id).runbook).steps;
    for (const [pattern, planned] of file === undefined ? [] : planOf(file.runbook).steps)
      if (!known.has(pattern) && isOver(state, id, frame, planned)) return id === rootFrame ? pattern : instancePath(pattern, id, []);
  }
  return undefined;
}

function isOver(state: State, id: string, frame: RunbookFrame, { list, above }: Planned): boolean {
  for (const { path } of above) if (!path.includes('[]') && state.steps[instancePath(path, id, [])]?.endedAt !== undefined) return true;
  const phase = phaseLists.findIndex((one) => list.kind === 'phase' && one === list.key);
  if (phase < 0 || frame.phase === undefined) return false;
  // In the phase at hand it joins what is open, or opens it again.
  const now = frame.phase === 'rollback' ? 'on-failure' : frame.phase;
  return phase < phaseLists.indexOf(now) && !Object.hasOwn(state.lists, phaseKey(id, list.key));
}

function frameOf(state: State, id: string): RunbookFrame {
  for (let at = id; ; ) {
    const frame = state.frames[at];
    if (frame === undefined) throw new Error(`the run has no frame ${at}`);
    if (frame.kind === 'runbook') return frame;
    at = frame.around;
  }
}

const fileIn = (snapshot: Snapshot, file: string | undefined): RunbookFile | undefined =>
  file === undefined ? snapshot : snapshot.calls[file];

/** Whoever edits a run makes it ask no less. */
function stricter(one: Policy, other: Policy): Policy {
  const askFrom =
    one.askFrom === 'never' || (other.askFrom !== 'never' && rank(other.askFrom) < rank(one.askFrom)) ? other.askFrom : one.askFrom;
  return { askFrom, ...(one.unattended === true || other.unattended === true ? { unattended: true } : {}) };
}
