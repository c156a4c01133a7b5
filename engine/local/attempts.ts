import { setTimeout as sleep } from 'node:timers/promises';
import { type Problem, problem } from '../../runbook/core/errors.ts';
import type { SecretRef } from '../../runbook/core/expression.ts';
import type { Attempt } from '../connectors/connector.ts';
import type { SecretOutputs } from '../connectors/secret-outputs.ts';
import type { Effect, Outcome } from '../kernel/command.ts';
import type { SecretText } from '../kernel/request.ts';
import { attemptFolder, makeAttemptFolder, sharedFolderOf } from './attempt-folder.ts';
import { keepOutput, type Stream } from './output.ts';
import type { Parts } from './parts.ts';
import { keyOf, placeSecrets, secretsOf } from './place-secrets.ts';
import type { ResultCache } from './result-cache.ts';
import type { RunSecretOutputs } from './secret-outputs.ts';

export type RunAttempt = Extract<Effect, { kind: 'run-attempt' }>;

interface Given {
  readonly run: string;
  readonly effect: RunAttempt;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly secretOutputs: RunSecretOutputs;
  readonly cache: ResultCache;
  /** `offset`: bytes before it in the attempt's stream. */
  output(stream: Stream, text: string, offset: number): void;
}

/** Whether the attempt's folder tells later that it began; what is safe to repeat needs no mark, and none of its costs. */
const needsMark = ({ request, idempotent }: RunAttempt): boolean => request.kind === 'script' || !idempotent;

/** Nothing has begun: the secrets of the attempt are locked up. */
export interface Held {
  readonly kind: 'held';
  readonly error: Problem;
}

/** Runs one attempt that is in the journal. Never rejects. */
export async function runAttempt(parts: Parts<unknown>, given: Given): Promise<Outcome | Held> {
  const { effect } = given;
  let begun = false;
  try {
    const kept = given.signal.aborted ? undefined : found(parts, given);
    if (kept !== undefined) return kept;
    const secrets = await resolveSecrets(parts, given, effect.request.secretTexts);
    if (!secrets.ok) return { kind: 'failed', error: secrets.error };
    const wanted = await given.secretOutputs.wanted(effect.path, effect.attempt, effect.secretOutputs);
    const connector = parts.connectors.find((connector) => connector.accepts(effect.request));
    if (!connector)
      return {
        kind: 'failed',
        error: problem('connector-missing', { target: 'target' in effect.request ? effect.request.target : effect.request.kind }),
      };
    const hide = [...secrets.values.values(), ...(await given.secretOutputs.hidden())];
    const folder = attemptFolder(parts.stateFolder, given.run, effect.path, effect.attempt);
    begun = true;
    if (needsMark(effect))
      await makeAttemptFolder(folder).catch((error: Error) => {
        throw Object.assign(new Error(error.message), {
          problem: problem('state-folder', { folder: parts.stateFolder, why: error.message }),
        });
      });
    if (given.signal.aborted) return { kind: 'cancelled' };
    const request = placeSecrets(effect.request, (secret) => secrets.values.get(keyOf(secret)) ?? '');
    const outcome = await connector.run(attemptOf(parts, given, folder, request, hide, wanted));
    if (wanted !== undefined) return await given.secretOutputs.take(effect.path, effect.attempt, outcome, wanted);
    keep(parts, given, outcome);
    return outcome;
  } catch (error) {
    const found = problemOf(error);
    return !begun && found.code === 'secrets-locked' ? { kind: 'held', error: found } : { kind: 'failed', error: found };
  }
}

/**
 * After a restart: what became of an attempt that the journal holds without an outcome. Undefined: nobody knows. Never rejects.
 * Without its folder it never began (see makeAttemptFolder), and with it perhaps not either: then it runs now.
 */
export async function recoverAttempt(parts: Parts<unknown>, given: Given): Promise<Outcome | Held | undefined> {
  for (let told = false; ; told = true) {
    try {
      return await lookFor(parts, given);
    } catch (error) {
      const { code } = problemOf(error);
      if (code !== 'secrets-locked' || given.signal.aborted) {
        parts.log(`recovery of ${given.run} ${given.effect.path} failed: ${error instanceof Error ? error.message : error}`);
        return undefined;
      }
      // It may run, and what it writes cannot be hidden yet: nothing is decided before the store can be opened.
      if (!told) parts.log(`recovery of ${given.run} ${given.effect.path} waits until the secret store can be opened`);
      await sleep(lockedWait, undefined, { ref: false, signal: given.signal }).catch(() => undefined);
    }
  }
}

/** Milliseconds. */
const lockedWait = 1000;

async function lookFor(parts: Parts<unknown>, given: Given): Promise<Outcome | Held | undefined> {
  const { effect } = given;
  const folder = attemptFolder(parts.stateFolder, given.run, effect.path, effect.attempt);
  if (needsMark(effect) && (await makeAttemptFolder(folder))) return await runAttempt(parts, given);
  const connector = parts.connectors.find((connector) => connector.accepts(effect.request));
  if (!connector) return undefined;
  // Only to hide them: a secret that is gone or changed by now can no longer be recognised in old output under its new value.
  const values = new Map<string, string>();
  for (const secret of secretsOf(effect.request.secretTexts)) {
    const value = (await textOf(given, secret)) ?? (await parts.secrets.get(secret.secret))?.value;
    if (value !== undefined) values.set(keyOf(secret), value);
  }
  const wanted = await given.secretOutputs.wanted(effect.path, effect.attempt, effect.secretOutputs);
  const hide = [...values.values(), ...(await given.secretOutputs.hidden())];
  // The way to the target alone: what was begun there is asked about, and nothing is begun.
  const secretTexts = effect.request.secretTexts.filter(({ at }) => at.startsWith('/connection/'));
  const request = placeSecrets({ ...effect.request, secretTexts }, (secret) => values.get(keyOf(secret)) ?? '');
  const recovered = await connector.recover(attemptOf(parts, given, folder, request, hide, wanted));
  if (recovered === 'not-begun') return await runAttempt(parts, given);
  if (recovered === undefined || wanted === undefined) return recovered;
  return await given.secretOutputs.take(effect.path, effect.attempt, recovered, wanted);
}

function attemptOf(
  { stateFolder, secrets: store }: Parts<unknown>,
  given: Given,
  folder: string,
  request: Attempt['request'],
  secrets: readonly string[],
  secretOutputs: SecretOutputs | undefined,
): Attempt {
  const { run, effect, environment, signal } = given;
  const next = { stdout: 0, stderr: 0 };
  return {
    run,
    path: effect.path,
    attempt: effect.attempt,
    request,
    secrets,
    ...(secretOutputs === undefined ? {} : { secretOutputs }),
    folder,
    shared: sharedFolderOf(stateFolder, run),
    keepSecret: (name, value) => store.set(name, value),
    environment,
    timeout: effect.timeout,
    signal,
    output: (stream, text, offset = next[stream]) => {
      next[stream] = offset + Buffer.byteLength(text);
      // A script's supervisor spools by itself, also while no engine is there.
      if (request.kind !== 'script') keepOutput(folder, stream, text);
      given.output(stream, text, offset);
    },
  };
}

/** An earlier outcome that will do. */
function found({ actions, log }: Parts<unknown>, { effect: { request, secretOutputs }, cache, run }: Given): Outcome | undefined {
  if (request.kind !== 'action' || request.cache === undefined || secretOutputs !== undefined) return undefined;
  try {
    return cache.find(request, actions[request.action]?.code ?? '');
  } catch (error) {
    log(`kept results of ${run} cannot be read: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

function keep({ actions, log }: Parts<unknown>, { effect: { request }, cache, run }: Given, outcome: Outcome): void {
  if (request.kind !== 'action' || request.cache === undefined || outcome.kind !== 'succeeded') return;
  // What lies in a folder of the run is gone with it, and the outputs may say where.
  if (JSON.stringify(outcome.outputs).includes(run)) return;
  try {
    cache.keep(request, actions[request.action]?.code ?? '', outcome);
  } catch (error) {
    log(`a result of ${run} was not kept: ${error instanceof Error ? error.message : error}`);
  }
}

type Secrets = { readonly ok: true; readonly values: ReadonlyMap<string, string> } | { readonly ok: false; readonly error: Problem };

/** The values as they were when the run started: another version is not what was approved. */
async function resolveSecrets(parts: Parts<unknown>, given: Given, texts: readonly SecretText[]): Promise<Secrets> {
  const values = new Map<string, string>();
  for (const ref of secretsOf(texts)) {
    const { secret, version } = ref;
    const output = await textOf(given, ref);
    if (output !== undefined) {
      values.set(keyOf(ref), output);
      continue;
    }
    const found = await parts.secrets.get(secret);
    if (!found) return { ok: false, error: problem('secret-missing', { secret }) };
    if (found.version !== version) return { ok: false, error: problem('secret-changed', { secret }) };
    values.set(keyOf(ref), found.value);
  }
  return { ok: true, values };
}

const textOf = ({ secretOutputs }: Given, { secret, version, path }: SecretRef) => secretOutputs.text(secret, version, path);

function problemOf(error: unknown): Problem {
  if (error instanceof Error && 'problem' in error) return error.problem as Problem;
  return problem('internal', { why: error instanceof Error ? error.message : String(error) });
}
