import type { SecretOutputs } from '../../runbook/core/expression.ts';
import { instancePath, type Plan, type Planned, planOf } from '../../runbook/core/plan.ts';
import type { RunbookFile } from './snapshot.ts';
import type { Frame, List, RunbookFrame, State, StepState } from './state.ts';

/** Path of the run's own frame. */
export const rootFrame = '';

export function frameAt(state: State, id: string): Frame {
  const frame = state.frames[id];
  if (frame === undefined) throw new Error(`the run has no frame ${id}`);
  return frame;
}

/** The frame of the runbook that a frame belongs to. */
export function runbookFrame(state: State, id: string): { readonly id: string; readonly frame: RunbookFrame } {
  for (let at = id; ; ) {
    const frame = frameAt(state, at);
    if (frame.kind === 'runbook') return { id: at, frame };
    at = frame.around;
  }
}

export function fileOf(state: State, frame: string): RunbookFile {
  const { file } = runbookFrame(state, frame).frame;
  const found = file === undefined ? state.snapshot : state.snapshot.calls[file];
  if (found === undefined) throw new Error(`the snapshot has no ${file}`);
  return found;
}

export const planIn = (state: State, frame: string): Plan => planOf(fileOf(state, frame).runbook);

/** The path that a pattern has in a frame. */
export function pathIn(state: State, frame: string, pattern: string): string {
  const indexes: number[] = [];
  for (let id = frame; ; ) {
    const at = frameAt(state, id);
    if (at.kind === 'runbook') return instancePath(pattern, id, indexes);
    indexes.unshift(at.index);
    id = at.around;
  }
}

export function stepAt(state: State, path: string): StepState | undefined {
  return Object.hasOwn(state.steps, path) ? state.steps[path] : undefined;
}

/** Throws for a path that no step of the run has. */
export function plannedAt(state: State, path: string): Planned {
  const step = stepAt(state, path);
  const planned = step && planIn(state, step.frame).steps.get(step.of);
  if (planned === undefined) throw new Error(`the run has no step ${path}`);
  return planned;
}

/** The step that a list or frame stands in: what a step is directly part of. None at the top of the run. */
export function ownerOf(state: State, list: List): string | undefined {
  if (list.owner !== undefined) return list.owner;
  const { id } = runbookFrame(state, list.frame);
  return id === rootFrame ? undefined : id;
}

/** The lists around a step, from the inside out, up to the phase of its runbook. */
export function* listsAround(state: State, path: string): Generator<List> {
  for (let at: string | undefined = path; at !== undefined; ) {
    const step: StepState | undefined = stepAt(state, at);
    const list: List | undefined = step && state.lists[step.list];
    if (list === undefined) return;
    yield list;
    at = list.owner;
  }
}

/** Is the step inside the other one, however deep, calls included? */
export function isInside(state: State, path: string, outer: string): boolean {
  for (let at: string | undefined = path; at !== undefined; ) {
    const list: List | undefined = state.lists[stepAt(state, at)?.list ?? ''];
    at = list && ownerOf(state, list);
    if (at === outer) return true;
  }
  return false;
}

/** Key of a phase's list. No path has a colon. */
export const phaseKey = (frame: string, phase: string): string => `${frame}:${phase}`;
/** Path of a loop's item or pass: the frame's, and the key of its list. */
export const passPath = (loop: string, index: number): string => `${loop}[${index}]`;
export const fallbackKey = (path: string): string => `fallback/${path}`;

/** The key of a step among the results of its frame. */
export const resultKey = ({ step }: Planned): string => step.id ?? step.path;

/** In place of what was kept for the step before; most runs have no secret outputs, and then nothing of them. */
export function keepSecrets(frame: Frame, key: string, secrets: SecretOutputs | undefined): void {
  if (secrets !== undefined) frame.secrets = { ...frame.secrets, [key]: secrets };
  else if (frame.secrets !== undefined) delete frame.secrets[key];
}
