import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { type PlanFault, planOf, reservedPaths } from '../../runbook/core/plan.ts';
import type { Command } from './command.ts';
import type { KernelEvent } from './event.ts';
import { actionIn, type Snapshot } from './snapshot.ts';
import type { State } from './state.ts';

type Start = Extract<Command, { kind: 'start' }>;

export function start(state: State, command: Start): KernelEvent | 'known' {
  if (state.start !== undefined) return 'known';
  if (command.snapshot !== state.snapshotDigest)
    throw new ProblemError(problem('internal', { why: 'the run was started with another snapshot' }));
  const { steps } = planOf(state.snapshot.runbook);
  const ids = new Set([...steps.values()].map(({ step }) => step.id ?? step.path));
  const missing =
    command.only !== undefined && !steps.has(command.only) ? command.only : Object.keys(command.given ?? {}).find((id) => !ids.has(id));
  if (missing !== undefined) {
    throw new ProblemError(
      problem('step-unknown', { where: `The runbook ${state.snapshot.runbook.name}`, step: missing, known: [...steps.keys()].join(', ') }),
    );
  }
  for (const { step } of steps.values()) {
    const names = Object.keys(command.given?.[step.id ?? step.path] ?? {});
    const secret = names.find((name) => isSecretOutput(step.secretOutputs ?? [], name));
    if (secret !== undefined) throw new ProblemError(problem('secret-output-given', { step: step.path, output: secret }));
  }
  if (command.only?.includes('[]')) throw new ProblemError(problem('step-inside', { step: command.only }));
  checkRunnable(state.snapshot);
  const { time, run, snapshot, inputs, actor, policy, only, given, people, group, queued, most } = command;
  return {
    time,
    kind: 'run-started',
    run,
    snapshot,
    inputs,
    actor,
    policy,
    ...(only === undefined ? {} : { only }),
    ...(given === undefined ? {} : { given }),
    ...(people === undefined ? {} : { people }),
    ...(group === undefined ? {} : { group }),
    ...(queued === undefined ? {} : { queued }),
    ...(most === undefined ? {} : { most }),
  };
}

const isSecretOutput = (names: readonly string[], name: string): boolean => names.some((one) => one.toLowerCase() === name.toLowerCase());

const why: Readonly<Record<PlanFault['kind'], string>> = {
  'path-taken': 'another step has the same path',
  'path-reserved': 'a call, or an action made of steps, cannot have this id',
  'needs-unknown': '`needs` names a step that is not in the same list',
  'needs-circle': 'steps of its list need each other in a circle',
};

/** Everything that a run could come to must be something that the kernel can carry out. Throws `plan-faulty`, `verb-missing`. */
export function checkRunnable(snapshot: Snapshot): void {
  for (const { runbook } of [snapshot, ...Object.values(snapshot.calls)]) {
    const [fault] = planOf(runbook).faults;
    if (fault !== undefined)
      throw new ProblemError(problem('plan-faulty', { runbook: runbook.name, step: fault.path, why: why[fault.kind] }));
    for (const [path, { step }] of planOf(runbook).steps) checkVerb(snapshot, runbook, path, step);
  }
}

function checkVerb(snapshot: Snapshot, runbook: Runbook, path: string, step: Step): void {
  const { verb, secretOutputs = [] } = step;
  const own = verb.kind === 'uses' ? actionIn(snapshot, verb.action)?.own : undefined;
  // An action of one's own gives its outputs by expressions, which are in the journal as they are.
  const missing = verb.kind === 'agent' ? 'agent' : own !== undefined && secretOutputs.length > 0 ? 'secret-outputs' : undefined;
  if (missing !== undefined) throw new ProblemError(problem('verb-missing', { step: path, runbook: runbook.name, verb: missing }));
  // What an expression makes of a result is in the journal, as the result is.
  const computed = secretOutputs.find((name) => isSecretOutput(Object.keys(step.outputs), name));
  if (computed !== undefined) throw new ProblemError(problem('secret-output-computed', { step: path, output: computed }));
  // The paths of its steps begin with its own.
  if (own?.kind === 'steps' && reservedPaths.includes(path))
    throw new ProblemError(problem('plan-faulty', { runbook: runbook.name, step: path, why: why['path-reserved'] }));
}
