import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { type Contexts, escapePointer, resolveRecord, resolveText, type SecretText } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Approval, Step, Verb } from '../../runbook/core/model.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import { contextsOf, type Environment, environmentOf, withEnvironment } from './contexts.ts';
import type { Request } from './request.ts';
import type { State } from './state.ts';

export interface ResolvedStep {
  readonly request: Request;
  /** Sees `env` and the attempt; no secrets. */
  readonly contexts: Contexts;
}

/** What the step would do now: every expression in its place. Throws a ProblemError. */
export function resolveStep(state: State, planned: Planned, attempt: number): ResolvedStep {
  const bare = contextsOf(state, `Step ${planned.step.path}`, attempt);
  const environment = environmentOf(state, planned, bare);
  const contexts = withEnvironment(bare, environment);
  return { request: requestOf(state, planned, contexts, environment), contexts };
}

function requestOf(state: State, planned: Planned, contexts: Contexts, environment: Environment): Request {
  const { verb } = planned.step;
  const target = planned.step.target ?? planned.undoes?.target ?? 'local';
  const envTexts = Object.entries(environment.secret).map(([name, parts]): SecretText => ({ at: `/env/${escapePointer(name)}`, parts }));
  switch (verb.kind) {
    case 'approve':
      return { kind: 'gate', message: messageOf(planned.step, contexts), secretTexts: [] };
    case 'run':
      return {
        kind: 'script',
        script: verb.script,
        shell: verb.shell ?? inherited(planned.undoes)?.shell ?? 'bash',
        workingDirectory: workingDirectory(state, verb.workingDirectory ?? inherited(planned.undoes)?.workingDirectory, contexts),
        env: environment.values,
        target,
        secretTexts: envTexts,
      };
    case 'uses': {
      if (!Object.hasOwn(state.snapshot.actions, verb.action)) throw new ProblemError(problem('action-unknown', { action: verb.action }));
      const { value, secretTexts } = resolveRecord(
        verb.with,
        { ...contexts, where: `${contexts.where}, with`, secretsAllowed: true },
        '/with',
      );
      return {
        kind: 'action',
        action: verb.action,
        with: value,
        env: environment.values,
        target,
        secretTexts: [...envTexts, ...secretTexts],
      };
    }
    default:
      throw new ProblemError(problem('internal', { why: `nothing runs ${verb.kind}` }));
  }
}

/** The question, as the person reads it. */
export function messageOf(step: Step, contexts: Contexts): string {
  const gate = step.verb.kind === 'approve';
  const approval: Approval = step.verb.kind === 'approve' ? step.verb.approval : (step.approve ?? {});
  const message = approval.message ?? `${gate ? 'Go on after' : 'Run'} ${step.name ?? step.path}?`;
  return resolveText(message, { ...contexts, where: `Step ${step.path}, approve` }).text;
}

const inherited = (step: Step | undefined): Extract<Verb, { kind: 'run' }> | undefined =>
  step?.verb.kind === 'run' ? step.verb : undefined;

function workingDirectory(state: State, written: string | undefined, contexts: Contexts): string {
  const { folder } = state.snapshot;
  if (written === undefined) return folder;
  const given = resolveText(written, { ...contexts, where: `${contexts.where}, working-directory` }).text;
  return joinPath(folder, given);
}

/** Joins as the runbook's platform does, told by the folder; `.` and `..` are taken out so that the path shown is the path used. */
export function joinPath(folder: string, path: string): string {
  const windows = /^[A-Za-z]:[\\/]|^\\\\/.test(folder);
  const separator = windows ? '\\' : '/';
  const split = (text: string) => text.split(windows ? /[\\/]/ : '/');
  const absolute = windows ? /^[A-Za-z]:[\\/]|^[\\/]{2}/.test(path) : path.startsWith('/');
  const segments: string[] = [];
  const [root = '', ...rest] = absolute ? split(path) : [...split(folder), ...split(path)];
  for (const segment of rest) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return `${root}${separator}${segments.join(separator)}`;
}

/** The step's own outputs over what its verb gave. Throws a ProblemError. */
export function stepOutputs(
  state: State,
  planned: Planned,
  attempt: number,
  result: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const { outputs } = planned.step;
  if (Object.keys(outputs).length === 0) return result;
  const bare = contextsOf(state, `Step ${planned.step.path}, outputs`, attempt);
  const readsEnv = JSON.stringify(outputs).toLowerCase().includes('env');
  const contexts = readsEnv ? withEnvironment(bare, environmentOf(state, planned, bare)) : bare;
  const { value } = resolveRecord(outputs, { ...contexts, values: { ...contexts.values, result } });
  return { ...result, ...value };
}
