import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Sealed } from '../connectors/cipher.ts';
import { codeOf, readRecord, writeAtomic } from '../connectors/local/files.ts';
import { redactOutcome } from '../connectors/redact/outcome.ts';
import { createRedactor } from '../connectors/redact/redactor.ts';
import { isSecretOutput, type SecretOutputs, sealOutputs, unsealOutputs } from '../connectors/secret-outputs.ts';
import type { Outcome } from '../kernel/command.ts';
import type { KernelEvent } from '../kernel/event.ts';
import { attemptFolder } from './attempt-folder.ts';
import type { Parts } from './parts.ts';

const file = 'secret-outputs.json';
/** Shorter ones cannot be hidden: they would be found everywhere. */
const shortest = 6;

type Values = Readonly<Record<string, Json>>;
type Home = Pick<Parts<unknown>, 'stateFolder' | 'secrets'>;

/**
 * Outputs that `secret-outputs` names, of one run.
 * 1. Their values are in no command, event, log or answer: the journal holds names, the attempt's folder the values, sealed.
 * 2. They are on the disk before the outcome that names them is in the journal, and go with the run's folder.
 * 3. Every attempt that begins after that hides them.
 */
export class RunSecretOutputs {
  readonly #parts: Home;
  readonly #run: string;
  /** By what expressions call them and the attempt they are of. */
  readonly #known = new Map<string, { readonly path: string; readonly attempt: number; readonly name: string }>();
  readonly #values = new Map<string, Promise<Values>>();

  constructor(parts: Home, run: string) {
    this.#parts = parts;
    this.#run = run;
  }

  /** Every event of the run comes by here, from the journal too. */
  count(event: KernelEvent): void {
    if (event.kind !== 'step-succeeded' && event.kind !== 'step-failed') return;
    const { path, attempt } = event;
    for (const name of event.secretOutputs ?? []) this.#known.set(key(`steps.${path}.outputs.${name}`, attempt), { path, attempt, name });
  }

  /** What the connector gets of an attempt whose step has secret outputs. Rejects with `secrets-locked`: better now than when the value is there. */
  async wanted(path: string, attempt: number, names: readonly string[] | undefined): Promise<SecretOutputs | undefined> {
    return names === undefined ? undefined : { names, key: await this.#key(path, attempt) };
  }

  /** The text of one that an expression refers to; undefined when it is none of them. Rejects when it cannot be read. */
  async text(secret: string, version: number, path: readonly string[] = []): Promise<string | undefined> {
    const known = this.#known.get(key(secret, version));
    if (known === undefined) return undefined;
    let value: Json | undefined = (await this.#read(known.path, known.attempt))[known.name];
    for (const name of path) value = partOf(value, name);
    if (value === undefined) throw new ProblemError(problem('secret-output-part', { output: secret, part: path.join('.') }));
    return asText(value);
  }

  /** Everything there is to hide by now. */
  async hidden(): Promise<string[]> {
    const attempts = new Map([...this.#known.values()].map((one) => [key(one.path, one.attempt), one]));
    const all = await Promise.all([...attempts.values()].map(({ path, attempt }) => this.#read(path, attempt)));
    return all.flatMap((values) => Object.values(values).flatMap(textsOf));
  }

  /** The outcome as the journal may have it; the secret values are on the disk then. */
  async take(path: string, attempt: number, outcome: Outcome, wanted: SecretOutputs): Promise<Outcome> {
    if (outcome.kind === 'cancelled' || outcome.outputs === undefined) return outcome;
    const secret: Record<string, Json> = {};
    const others: Record<string, Json> = {};
    let short: string | undefined;
    for (const [name, value] of Object.entries(outcome.outputs)) {
      // What is empty hides nothing.
      if (!isSecretOutput(wanted, name) || value === null || value === '') others[name] = value;
      else if (asText(value).length < shortest) short = name;
      else secret[name] = value;
    }
    const names = Object.keys(secret);
    // Other outputs and the error may quote it: the body of an answer holds what its `json` holds.
    const { secretOutputs: _none, ...rest } = redactOutcome(
      { ...outcome, outputs: others },
      createRedactor(Object.values(secret).flatMap(textsOf)),
    ) as Exclude<Outcome, { kind: 'cancelled' }>;
    if (names.length > 0) {
      const stored = await this.#write(path, attempt, secret, wanted.key);
      if (stored !== undefined) return { kind: 'failed', error: stored, outputs: rest.outputs ?? {} };
      this.#values.set(key(path, attempt), Promise.resolve(secret));
    }
    const more = names.length === 0 ? {} : { secretOutputs: names };
    if (short !== undefined && rest.kind === 'succeeded') {
      const { outputs, exitCode } = rest;
      const error = problem('secret-output-short', { output: short, step: path });
      return { kind: 'failed', error, outputs, ...(exitCode === undefined ? {} : { exitCode }), ...more };
    }
    return { ...rest, ...more };
  }

  #folder(path: string, attempt: number): string {
    return attemptFolder(this.#parts.stateFolder, this.#run, path, attempt);
  }

  #key(path: string, attempt: number): Promise<string> {
    return this.#parts.secrets.derivedKey(JSON.stringify(['secret-outputs', this.#run, path, attempt]));
  }

  async #write(path: string, attempt: number, values: Values, sealKey: string) {
    const folder = this.#folder(path, attempt);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeAtomic(join(folder, file), await sealOutputs(sealKey, values));
      return undefined;
    } catch (error) {
      return problem('state-folder', { folder: this.#parts.stateFolder, why: codeOf(error) });
    }
  }

  /** Kept while the run is in memory: each later attempt needs all of them. */
  #read(path: string, attempt: number): Promise<Values> {
    const at = key(path, attempt);
    let values = this.#values.get(at);
    if (values === undefined) {
      values = this.#unseal(path, attempt);
      this.#values.set(at, values);
      // A store that was locked may be opened by the next attempt.
      values.catch(() => this.#values.delete(at));
    }
    return values;
  }

  async #unseal(path: string, attempt: number): Promise<Values> {
    const sealed = readRecord(this.#folder(path, attempt), file);
    const values = isSealed(sealed) ? await unsealOutputs(await this.#key(path, attempt), sealed) : undefined;
    if (values === undefined) throw new ProblemError(problem('secret-output-lost', { secret: `the secret outputs of ${path}` }));
    return values;
  }
}

const key = (name: string, attempt: number): string => `${attempt} ${name}`;

const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && 'nonce' in value && 'data' in value && 'tag' in value;

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As expressions look into values: by exact name, else by one that differs in case alone. */
function partOf(value: Json | undefined, name: string): Json | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const found =
    Object.keys(value).find((one) => one === name) ?? Object.keys(value).find((one) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : (value as Readonly<Record<string, Json>>)[found];
}

/** The whole, and of what is more than a text each text in it that is long enough to be hidden. */
function textsOf(value: Json): string[] {
  const found: string[] = [];
  const walk = (inner: Json): void => {
    if (typeof inner === 'string' || typeof inner === 'number') found.push(String(inner));
    else if (inner !== null && typeof inner === 'object') for (const one of Object.values(inner)) walk(one as Json);
  };
  walk(value);
  return [...new Set([asText(value), ...found])].filter((text) => text.length >= shortest);
}
