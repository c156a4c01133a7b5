import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import {
  bareExpression,
  type Contexts,
  contextNames,
  evaluate,
  evaluateCondition,
  hasStatusFunction,
  noSecrets,
  parseExpression,
  resolveText,
  type SecretOutputs,
  type SecretParts,
  type SecretScope,
  type Status,
} from '../../runbook/core/expression.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import type { InputSpec, Step } from '../../runbook/core/model.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import { isoTime } from '../../runbook/core/time.ts';
import { fileOf, frameAt, listsAround, pathIn, planIn, runbookFrame } from './frames.ts';
import { checkedInputs, givenInputs } from './given-inputs.ts';
import { actionIn } from './snapshot.ts';
import type { Result, State } from './state.ts';
import { describeTarget } from './targets.ts';
import { undoneBy } from './undone.ts';

/** Environment of a step: the runbook's, those of the steps that it is in, undoes or stands in for, then its own; each sees those before. */
export interface Environment {
  /** Empty where the value holds a secret. */
  readonly values: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, SecretParts>>;
}

/** From where an expression looks: a frame, and where it is one of a step, its path, plan and attempt. */
export interface Viewpoint {
  /** Begins the sentence when the expression fails. */
  readonly where: string;
  readonly frame: string;
  readonly path?: string;
  readonly planned?: Planned;
  readonly attempt?: number;
  /** What went wrong with the attempt before. */
  readonly error?: Problem;
  /** As in Contexts. */
  readonly leave?: Contexts['leave'];
}

/** What expressions see from there, without `env`. */
export function contextsOf(state: State, view: Viewpoint): Contexts {
  const contexts = seenFrom(state, view);
  const { undone } = view.planned === undefined ? {} : undoneBy(view.planned);
  return undone === undefined ? contexts : seenByUndo(state, view, undone, contexts);
}

/** An undo that an action brings along sees what the action was given and gave, whatever runbook uses it. */
function seenByUndo(state: State, { where, frame }: Viewpoint, undone: Step, contexts: Contexts): Contexts {
  const { steps: results, inputs: _runbooks, ...values } = contexts.values;
  const { verb } = undone;
  if (verb.kind !== 'uses') return contexts;
  const specs = inputsOfOwn(state, verb.action);
  const retried = (state.steps[pathIn(state, frame, undone.path)]?.attempts ?? 1) > 1 ? undone.retry?.with : undefined;
  const given = givenInputs(verb.action, { ...verb.with, ...retried }, contextsOfUndone(state, frame, undone, where));
  const { inputs, secretInputs } = specs === undefined ? given : checkedInputs(verb.action, specs, given);
  const result = (results as Readonly<Record<string, Result>>)[undone.id ?? undone.path]?.outputs ?? {};
  return { ...contexts, values: { ...values, inputs, result }, secrets: { ...noSecrets, secretInputs } };
}

/** What the step itself saw, to resolve again what it was given: nothing that it may refer to has changed since. */
export function contextsOfUndone(state: State, frame: string, { path: pattern }: Step, where: string): Contexts {
  const planned = planIn(state, frame).steps.get(pattern);
  const path = pathIn(state, frame, pattern);
  if (planned === undefined) throw new Error(`the run has no step ${path}`);
  const contexts = seenFrom(state, { where, frame, path, planned, attempt: state.steps[path]?.attempts ?? 1 });
  return withEnvironment(contexts, environmentOf(state, frame, planned, contexts));
}

function inputsOfOwn({ snapshot }: State, action: string): Readonly<Record<string, InputSpec>> | undefined {
  const own = actionIn(snapshot, action)?.own;
  return own && snapshot.calls[own.file]?.runbook.inputs;
}

function seenFrom(state: State, { where, frame: id, path, planned, attempt, error, leave }: Viewpoint): Contexts {
  const { start } = state;
  const { frame } = runbookFrame(state, id);
  const values: Record<string, Json> = { ...itemsSeen(state, id), steps: resultsSeen(state, id), inputs: frame.inputs };
  values.target = describeTarget(state, id, planned);
  if (start !== undefined) values.run = { id: start.run, 'started-at': isoTime(start.time), 'requested-by': start.actor.by };
  if (attempt !== undefined) values.attempt = attempt;
  const seen = error === undefined ? errorSeen(state, id, path) : { ...error };
  if (seen !== undefined) values.error = seen;
  const secretOutputs = secretsSeen(state, id);
  const sealed = secretOutputs === undefined ? {} : { secretOutputs };
  const secrets: SecretScope =
    frame.action === undefined
      ? { ...noSecrets, secrets: state.snapshot.secrets, ...sealed }
      : { ...noSecrets, ...sealed, ...(frame.secretInputs === undefined ? {} : { secretInputs: frame.secretInputs }) };
  return { where, values, status: statusSeen(state, id, path), secrets, ...(leave === undefined ? {} : { leave }) };
}

/** Secret outputs, from the frames whose results are seen; undefined where there are none. */
function secretsSeen(state: State, id: string): Readonly<Record<string, SecretOutputs>> | undefined {
  const frame = frameAt(state, id);
  const around = frame.kind === 'runbook' ? undefined : secretsSeen(state, frame.around);
  if (around === undefined) return frame.secrets;
  // A result of the frame itself hides one of the same name around it, and so do its secrets.
  const hidden = Object.entries(around).filter(([key]) => !Object.hasOwn(frame.results, key));
  return { ...Object.fromEntries(hidden), ...frame.secrets };
}

/** Results of the frame over those of the frames around it, up to the runbook's own. */
export function resultsSeen(state: State, id: string): Record<string, Result> {
  const frame = frameAt(state, id);
  if (frame.kind === 'runbook') return frame.results;
  const around = resultsSeen(state, frame.around);
  return Object.keys(frame.results).length === 0 ? around : { ...around, ...frame.results };
}

function itemsSeen(state: State, id: string): Record<string, Json> {
  const frame = frameAt(state, id);
  if (frame.kind === 'runbook') return {};
  const around = itemsSeen(state, frame.around);
  return frame.item === undefined ? around : { ...around, [frame.item.name]: frame.item.value };
}

/** The cause in `on-failure` and in undos; in a fallback the error of the step that it stands in for. */
function errorSeen(state: State, id: string, path: string | undefined): JsonObject | undefined {
  if (path !== undefined) {
    for (const { owner, undo, frame } of listsAround(state, path)) {
      const at = owner === undefined ? undefined : state.steps[owner]?.at;
      if (at?.kind === 'fallback') return { ...at.error, step: owner ?? '' };
      const { cause } = runbookFrame(state, frame).frame;
      if (undo !== undefined && cause !== undefined) return { ...cause.error, step: cause.path };
    }
  }
  const { cause, phase } = runbookFrame(state, id).frame;
  return phase === 'on-failure' && cause !== undefined ? { ...cause.error, step: cause.path } : undefined;
}

/** What the status functions answer: the lists around the step have something failed, up to its runbook. */
export function statusSeen(state: State, id: string, path: string | undefined): Status {
  const { cause, cancelled } = runbookFrame(state, id).frame;
  let failure = cause !== undefined;
  if (path !== undefined && !failure) for (const list of listsAround(state, path)) failure ||= list.failed !== undefined;
  return { success: !failure && !cancelled, failure, cancelled };
}

/** The same with `env`. Secrets are allowed where the caller says so. */
export function withEnvironment(contexts: Contexts, environment: Environment): Contexts {
  const scope: SecretScope = { ...(contexts.secrets ?? noSecrets), secretEnv: environment.secret };
  return { ...contexts, values: { ...contexts.values, env: environment.values }, secrets: scope };
}

/** Throws a ProblemError when an expression fails. */
export function environmentOf(state: State, frame: string, planned: Planned, contexts: Contexts): Environment {
  let environment: Environment = { values: {}, secret: {} };
  for (const { env: layer } of layersOf(state, frame, planned)) {
    environment = addLayer(environment, layer, contexts);
  }
  return environment;
}

/** Whose `env` the step has, the farthest first. */
export function layersOf(state: State, frame: string, planned: Planned): readonly Pick<Step, 'env'>[] {
  const { step, above } = planned;
  // An undo that an action brings along sees nothing of the runbook.
  return undoneBy(planned).inside ?? [fileOf(state, frame).runbook, ...above, step];
}

/** Variables on top of those below, which they see. Throws a ProblemError. */
export function addLayer(below: Environment, layer: Readonly<Record<string, string>>, contexts: Contexts): Environment {
  if (Object.keys(layer).length === 0) return below;
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
export function asksStatus(state: State, frame: string, condition: string | undefined): boolean {
  if (condition === undefined) return false;
  const items = Object.keys(itemsSeen(state, frame)).map((name) => name.toLowerCase());
  const parsed = parseExpression(bareExpression(condition).source, [...contextNames, ...items]);
  return parsed.ok && hasStatusFunction(parsed);
}

/** Does a bare expression hold? Throws a ProblemError when it fails. */
export function holds(state: State, view: Viewpoint & { readonly planned: Planned }, condition: string): boolean {
  const { source } = bareExpression(condition);
  return evaluateCondition(source, contextsFor(state, view, source)).holds;
}

/** The value of a bare expression. Throws a ProblemError. */
export function evaluated(state: State, view: Viewpoint & { readonly planned: Planned }, expression: string): Json {
  const { source } = bareExpression(expression);
  return evaluate(source, contextsFor(state, view, source));
}

/** With `env` only where it is looked at: it costs, and may fail by itself. */
function contextsFor(state: State, view: Viewpoint & { readonly planned: Planned }, source: string): Contexts {
  const contexts = contextsOf(state, view);
  return /\benv\b/i.test(source) ? withEnvironment(contexts, environmentOf(state, view.frame, view.planned, contexts)) : contexts;
}
