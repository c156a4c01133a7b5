import type { Runbook, Step } from './model.ts';

export type ListName = 'steps' | 'verify' | 'on-failure' | 'finally' | 'undo';

export interface Planned {
  readonly step: Step;
  readonly list: ListName;
  /** Of an undo: the step that it takes back, whose env and shell it inherits. */
  readonly undoes?: Step;
}

/** The steps of a runbook by path, and the paths of each list in order. */
export interface Plan {
  readonly steps: ReadonlyMap<string, Planned>;
  readonly lists: Readonly<Record<Exclude<ListName, 'undo'>, readonly string[]>>;
}

const plans = new WeakMap<Runbook, Plan>();

/** Made once for each runbook object, which must not change afterwards. */
export function planOf(runbook: Runbook): Plan {
  const known = plans.get(runbook);
  if (known !== undefined) return known;
  const steps = new Map<string, Planned>();
  const list = (name: Exclude<ListName, 'undo'>, members: readonly Step[]): readonly string[] =>
    members.map((step) => {
      steps.set(step.path, { step, list: name });
      if (step.undo !== undefined) steps.set(step.undo.path, { step: step.undo, list: 'undo', undoes: step });
      return step.path;
    });
  const plan: Plan = {
    lists: {
      steps: list('steps', runbook.steps),
      verify: list('verify', runbook.verify),
      'on-failure': list('on-failure', typeof runbook.onFailure === 'string' ? [] : runbook.onFailure),
      finally: list('finally', runbook.finally),
    },
    steps,
  };
  plans.set(runbook, plan);
  return plan;
}
