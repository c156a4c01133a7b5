import type { RunDetail, StepView, UndoView } from '../../protocol/run.ts';
import type { Step } from '../../runbook/core/model.ts';
import { instancePath } from '../../runbook/core/plan.ts';
import { locate } from '../kernel/locate.ts';
import { writtenRisk } from '../kernel/risk.ts';
import { isCurrent, type Snapshot } from '../kernel/snapshot.ts';
import { verbName } from './journal/steps.ts';

/** Says of each step what it is in and what would undo it, which only the snapshot knows: paths alone do not tell a branch from what follows it. */
export function placed(view: RunDetail, snapshot: Snapshot | undefined): RunDetail {
  if (snapshot === undefined || !isCurrent(snapshot)) return view;
  return { ...view, steps: view.steps.map((step) => placedStep(step, snapshot)) };
}

function placedStep(view: StepView, snapshot: Snapshot): StepView {
  const found = locate(snapshot, view.id);
  if (found === undefined) return view;
  const { step, above } = found.planned;
  const inside = insideOf(view.id, step.path, above.at(-1)?.path);
  const { undo } = step;
  return {
    ...view,
    ...(inside === undefined ? {} : { inside }),
    ...(view.status === 'succeeded' && undo !== undefined && !cleanup.test(view.id) ? { undo: undoView(undo, snapshot) } : {}),
  };
}

/** What is done after the run's own steps is not taken back with them. */
const cleanup = /(?:^|\/)(?:on-failure|on-cancel|finally|undo)\//;

/** Path of the instance of the nearest step around it, which may be the call of its runbook. `own` and `around` are the patterns of both. */
export function insideOf(path: string, own: string, around: string | undefined): string | undefined {
  const depth = withoutMarks(own).split('/').length;
  const segments = withoutMarks(path).split('/');
  const called = segments.slice(0, Math.max(0, segments.length - depth)).join('/');
  if (around === undefined) return called || undefined;
  const indexes = [
    ...segments
      .slice(-depth)
      .join('/')
      .matchAll(/\[(\d+)\]/g),
  ].map((match) => Number(match[1]));
  const inner = instancePath(around, '', indexes);
  return called === '' ? inner : instancePath(inner, called, []);
}

const withoutMarks = (path: string): string => path.replace(/^(?:(?:undo|fallback)\/)*/, '');

export function undoView(step: Step, snapshot: Snapshot): UndoView {
  const { verb, name } = step;
  const does = verb.kind === 'run' ? verb.script : verb.kind === 'uses' ? JSON.stringify(verb.with) : undefined;
  return {
    verb: verbName(step),
    ...(name === undefined ? {} : { name }),
    risk: writtenRisk(snapshot, step),
    ...(does === undefined ? {} : { does }),
  };
}
