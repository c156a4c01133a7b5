import { milliseconds } from '../../runbook/core/duration.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { type Contexts, escapePointer, noSecrets, resolveRecord, resolveText, type SecretText } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Approval, Step, Verb } from '../../runbook/core/model.ts';
import { checkTarget, resolveTarget, settingsOf } from './connect.ts';
import { contextsOf, type Environment, environmentOf, withEnvironment } from './contexts.ts';
import { fileOf } from './frames.ts';
import { checkedInputs, checkHanded, givenInputs } from './given-inputs.ts';
import { openingOf } from './opening.ts';
import { scriptEnvironment } from './own-action.ts';
import { joinPath } from './paths.ts';
import { onlyReads } from './reads.ts';
import type { Request } from './request.ts';
import { type ActionOfRun, actionIn } from './snapshot.ts';
import type { State } from './state.ts';
import type { Turn } from './turn.ts';

export interface ResolvedStep {
  readonly request: Request;
  /** What is approved, where that is not the request itself: an attempt with `retry.with` has the digest of what it varies. */
  readonly base: Request;
  /** Sees `env` and the attempt; no secrets. */
  readonly contexts: Contexts;
}

/** What the step would do now: every expression in its place. Throws a ProblemError. */
export function resolveStep(state: State, turn: Turn): ResolvedStep {
  const bare = contextsOf(state, turn);
  const environment = environmentOf(state, turn.frame, turn.planned, bare);
  const contexts = withEnvironment(bare, environment);
  const { verb, retry } = turn.planned.step;
  const base = requestOf(state, turn, verb, contexts, environment);
  if (verb.kind !== 'uses' || retry?.with === undefined || turn.attempt === 1) return { request: base, base, contexts };
  const varied = { ...verb, with: { ...verb.with, ...retry.with } };
  return { request: requestOf(state, turn, varied, contexts, environment), base, contexts };
}

function requestOf(state: State, turn: Turn, verb: Verb, contexts: Contexts, environment: Environment): Request {
  const { planned, frame } = turn;
  const envTexts = Object.entries(environment.secret).map(([name, parts]): SecretText => ({ at: `/env/${escapePointer(name)}`, parts }));
  switch (verb.kind) {
    case 'approve':
      return { kind: 'gate', message: messageOf(planned.step, contexts), secretTexts: [] };
    case 'run': {
      const from = planned.above.flatMap((step) => (step.verb.kind === 'run' ? [step.verb] : [])).at(-1);
      const { secretTexts, ...target } = resolveTarget(state, frame, planned, contexts);
      return {
        kind: 'script',
        script: verb.script,
        shell: verb.shell ?? from?.shell ?? 'bash',
        workingDirectory: workingDirectory(
          state,
          frame,
          verb.workingDirectory ?? from?.workingDirectory,
          target.connection !== undefined,
          contexts,
        ),
        env: environment.values,
        ...target,
        secretTexts: [...envTexts, ...secretTexts],
      };
    }
    case 'uses': {
      const action = actionIn(state.snapshot, verb.action);
      if (action === undefined) throw new ProblemError(problem('action-unknown', { action: verb.action }));
      if (action.own !== undefined) return ownRequest(state, turn, verb, action.own, contexts);
      const resolving = { ...contexts, where: `${contexts.where}, with`, secretsAllowed: true };
      const input = resolveRecord(verb.with, resolving, '/with');
      const { secretTexts, ...target } = resolveTarget(state, frame, planned, contexts);
      const settings = settingsOf(state, frame, action.manifest.settings, contexts);
      const { folder } = fileOf(state, frame);
      const { retry, cache } = planned.step;
      const request: Request = {
        kind: 'action',
        action: verb.action,
        with: input.value,
        ...(retry?.with === undefined ? {} : { retryWith: retry.with }),
        workingDirectory: folder,
        workspace: state.snapshot.workspace ?? joinPath(state.snapshot.folder, '.runwright'),
        ...settings.value,
        env: environment.values,
        ...target,
        secretTexts: [...envTexts, ...input.secretTexts, ...settings.secretTexts, ...secretTexts],
      };
      // What would change something is done each time, whatever is written.
      if (cache === undefined || !onlyReads(state.snapshot, request)) return request;
      const key = resolveText(cache.key, { ...contexts, where: `${contexts.where}, cache` }).text;
      return { ...request, cache: { key, ttl: milliseconds(cache.ttl) } };
    }
    default: {
      const opens = openingOf(state, turn, verb, contexts);
      return { kind: 'gate', message: messageOf(planned.step, contexts), opens, secretTexts: [] };
    }
  }
}

/** A script of one's own runs as the step's script; one made of steps is opened like a runbook that is called. */
function ownRequest(
  state: State,
  { planned, frame }: Turn,
  verb: Extract<Verb, { kind: 'uses' }>,
  { kind, file, pack }: NonNullable<ActionOfRun['own']>,
  contexts: Contexts,
): Request {
  const { action } = verb;
  const body = state.snapshot.calls[file];
  if (body === undefined) throw new ProblemError(problem('action-unknown', { action }));
  const given = checkedInputs(action, body.runbook.inputs, givenInputs(action, verb.with, contexts));
  if (pack !== undefined) checkHanded(action, pack, given);
  const resolved = resolveTarget(state, frame, planned, contexts);
  checkTarget(state, action, resolved);
  if (kind === 'steps') {
    const secretTexts = Object.entries(given.secretInputs).map(
      ([name, parts]): SecretText => ({ at: `/opens/inputs/${escapePointer(name)}`, parts }),
    );
    const opens = { verb: 'call' as const, file, action, inputs: given.inputs };
    const more = secretTexts.length === 0 ? {} : { secretInputs: given.secretInputs };
    return { kind: 'gate', message: messageOf(planned.step, contexts), opens: { ...opens, ...more }, secretTexts };
  }
  const [step] = body.runbook.steps;
  if (step?.verb.kind !== 'run') throw new ProblemError(problem('action-unknown', { action }));
  const { env, secretTexts } = scriptEnvironment(body, given, contexts);
  const { secretTexts: ofTarget, ...target } = resolved;
  const { retry } = planned.step;
  return {
    kind: 'script',
    action,
    script: step.verb.script,
    shell: step.verb.shell ?? 'bash',
    workingDirectory: target.connection === undefined ? body.folder : '',
    env,
    ...target,
    ...(retry?.with === undefined ? {} : { retryWith: retry.with }),
    secretTexts: [...secretTexts, ...ofTarget],
  };
}

/** The question, as the person reads it. */
export function messageOf(step: Step, contexts: Contexts): string {
  const gate = step.verb.kind === 'approve';
  const approval: Approval = step.verb.kind === 'approve' ? step.verb.approval : (step.approve ?? {});
  const message = approval.message ?? `${gate ? 'Go on after' : 'Run'} ${step.name ?? step.path}?`;
  return resolveText(message, { ...contexts, where: `${contexts.where}, approve` }).text;
}

/** Relative to the runbook's folder; on another machine to wherever its login begins. */
function workingDirectory(state: State, frame: string, written: string | undefined, remote: boolean, contexts: Contexts): string {
  const { folder } = fileOf(state, frame);
  if (written === undefined) return remote ? '' : folder;
  const given = resolveText(written, { ...contexts, where: `${contexts.where}, working-directory` }).text;
  return remote ? given : joinPath(folder, given);
}

/** The step's own outputs over what its verb gave. Throws a ProblemError. */
export function stepOutputs(
  state: State,
  turn: Turn,
  result: Readonly<Record<string, Json>>,
  secretResult: readonly string[] = [],
): Readonly<Record<string, Json>> {
  const { outputs } = turn.planned.step;
  if (Object.keys(outputs).length === 0) return result;
  const bare = contextsOf(state, { ...turn, where: `${turn.where}, outputs` });
  const readsEnv = JSON.stringify(outputs).toLowerCase().includes('env');
  const contexts = readsEnv ? withEnvironment(bare, environmentOf(state, turn.frame, turn.planned, bare)) : bare;
  const secrets = { ...(contexts.secrets ?? noSecrets), secretResult };
  const { value } = resolveRecord(outputs, { ...contexts, values: { ...contexts.values, result }, secrets });
  return { ...result, ...value };
}
