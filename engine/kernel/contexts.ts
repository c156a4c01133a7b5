import { ProblemError, problem } from '../../runbook/core/errors.ts';
import {
  bareExpression,
  type Contexts,
  evaluateCondition,
  hasStatusFunction,
  noSecrets,
  parseExpression,
  references,
  resolveText,
  type SecretParts,
  type SecretScope,
} from '../../runbook/core/expression.ts';
import type { JsonObject } from '../../runbook/core/json.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import { isoTime } from '../../runbook/core/time.ts';
import type { State } from './state.ts';

/** Environment of a step: the runbook's, for an undo that of the step it takes back, then its own; each sees those before. */
export interface Environment {
  /** Empty where the value holds a secret. */
  readonly values: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, SecretParts>>;
}

/** What the expressions of a step see, without `env`. */
export function contextsOf(state: State, where: string, attempt?: number): Contexts {
  const { start, cause, phase } = state;
  const afterFailure = phase === 'on-failure' || phase === 'rollback';
  const values: Record<string, JsonObject | number> = { steps: state.results, target: { name: 'local', type: 'local' } };
  if (start !== undefined) {
    values.inputs = start.inputs;
    values.run = { id: start.run, 'started-at': isoTime(start.time), 'requested-by': start.actor.by };
  }
  if (attempt !== undefined) values.attempt = attempt;
  if (afterFailure && cause !== undefined) values.error = { ...cause.error, step: cause.path };
  const status = { success: cause === undefined && !state.cancelled, failure: cause !== undefined, cancelled: state.cancelled };
  return { where, values, status, secrets: { ...noSecrets, secrets: state.snapshot.secrets } };
}

/** The same with `env`. Secrets are allowed where the caller says so. */
export function withEnvironment(contexts: Contexts, environment: Environment): Contexts {
  const scope: SecretScope = { secrets: contexts.secrets?.secrets ?? {}, secretEnv: environment.secret };
  return { ...contexts, values: { ...contexts.values, env: environment.values }, secrets: scope };
}

/** Throws a ProblemError when an expression fails. */
export function environmentOf(state: State, { step, undoes }: Planned, contexts: Contexts): Environment {
  let environment: Environment = { values: {}, secret: {} };
  for (const layer of [state.snapshot.runbook.env, undoes?.env, step.env]) {
    if (layer !== undefined) environment = addLayer(environment, layer, contexts);
  }
  return environment;
}

function addLayer(below: Environment, layer: Readonly<Record<string, string>>, contexts: Contexts): Environment {
  const seen = { ...withEnvironment(contexts, below), secretsAllowed: true };
  const values = new Map(Object.entries(below.values));
  const secret = new Map(Object.entries(below.secret));
  for (const [name, template] of Object.entries(layer)) {
    const { text, parts } = resolveText(template, { ...seen, where: `${contexts.where}, env ${name}` });
    if (text.includes('\0')) throw new ProblemError(problem('env-nul', { where: contexts.where, name }));
    values.set(name, text);
    if (parts === undefined) secret.delete(name);
    else secret.set(name, parts);
  }
  return { values: Object.fromEntries(values), secret: Object.fromEntries(secret) };
}

/** Does the `if` ask for the status itself? If not, success() is implied. */
export function asksStatus(condition: string | undefined): boolean {
  const parsed = condition === undefined ? undefined : parseExpression(bareExpression(condition).source);
  return parsed?.ok === true && hasStatusFunction(parsed);
}

/** Throws a ProblemError when the expression fails. */
export function holds(state: State, planned: Planned, condition: string): boolean {
  const { source } = bareExpression(condition);
  const contexts = contextsOf(state, `Step ${planned.step.path}, if`);
  const readsEnv = references(source).some(({ context }) => context === 'env');
  return evaluateCondition(source, readsEnv ? withEnvironment(contexts, environmentOf(state, planned, contexts)) : contexts).holds;
}
