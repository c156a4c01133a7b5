import { mkdirSync } from 'node:fs';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Outcome } from '../kernel/command.ts';
import type { ActionCode } from './action.ts';
import type { Attempt, Connector } from './connector.ts';
import { limitOutputs } from './output-limit.ts';
import { redactOutcome } from './redact/outcome.ts';
import { createRedactor } from './redact/redactor.ts';
import { stopped } from './stopped.ts';

/** What is known of an action and what it does, by its name. */
export type ActionTable = Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>>;

/** Runs catalogue actions inside the engine. What became of one after the engine died is not known. */
export function actionConnector(actions: ActionTable): Connector {
  // Loaded with the first action: an engine that waits keeps small.
  let ajv: Ajv | undefined;
  const validators = new Map<string, ValidateFunction>();
  const validator = async (manifest: ActionManifest) => {
    ajv ??= await checker();
    const known = validators.get(manifest.name) ?? ajv.compile(manifest.inputs);
    validators.set(manifest.name, known);
    return known;
  };

  return {
    name: 'action',
    accepts: (request) => request.kind === 'action',
    async run(attempt) {
      const { request } = attempt;
      const redactor = createRedactor(attempt.secrets);
      if (request.kind !== 'action') return failed('internal', { why: `the action connector was given a ${request.kind}` });
      const action = Object.hasOwn(actions, request.action) ? actions[request.action] : undefined;
      if (!action) return failed('action-unknown', { action: request.action });
      try {
        const validate = validators.get(request.action) ?? (await validator(action.manifest));
        if (!validate(request.with))
          return redactOutcome(failed('action-input', { action: request.action, why: whatIsWrong(validate.errors ?? []) }), redactor);
        const outcome = await withLimits(attempt, (signal) =>
          action.code(request.with, {
            signal,
            environment: { ...attempt.environment, ...request.env },
            // Made when it is asked for: an action that is safe to repeat has none of its own yet.
            get scratch() {
              mkdirSync(attempt.folder, { recursive: true, mode: 0o700 });
              return attempt.folder;
            },
            log: (text) => attempt.output('stdout', redactor.text(text.endsWith('\n') ? text : `${text}\n`)),
          }),
        );
        return limitOutputs(redactOutcome(outcome, redactor));
      } catch (error) {
        return redactOutcome(failed('internal', { why: error instanceof Error ? error.message : String(error) }), redactor);
      }
    },
    recover: async () => undefined,
  };
}

async function checker(): Promise<Ajv> {
  const [{ Ajv }, { default: formats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  const made = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true });
  formats.default(made);
  return made;
}

/** Ends the wait at the time limit or when cancelled, also for code that does not listen to its signal. */
async function withLimits(attempt: Attempt, code: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  const own = new AbortController();
  const { promise: stop, resolve } = Promise.withResolvers<Outcome>();
  const end = (why: 'timeout' | 'cancelled') => {
    resolve(stopped(why, attempt.timeout));
    own.abort();
  };
  const cancel = () => end('cancelled');
  if (attempt.signal.aborted) return stopped('cancelled', attempt.timeout);
  attempt.signal.addEventListener('abort', cancel, { once: true });
  const timer = attempt.timeout === undefined ? undefined : setTimeout(() => end('timeout'), Math.min(attempt.timeout, 2 ** 31 - 1));
  try {
    const ended = code(own.signal);
    ended.catch(() => {});
    return await Promise.race([stop, ended]);
  } finally {
    clearTimeout(timer);
    attempt.signal.removeEventListener('abort', cancel);
  }
}

const failed = (code: Parameters<typeof problem>[0], args: Parameters<typeof problem>[1]): Outcome => ({
  kind: 'failed',
  error: problem(code, args),
});

/** Names places and rules, never values. */
function whatIsWrong(errors: readonly ErrorObject[]): string {
  return errors
    .slice(0, 5)
    .map((error) => {
      const extra: Json | undefined = error.params.additionalProperty ?? error.params.allowedValues?.join(', ');
      return `${error.instancePath.slice(1) || 'with'} ${error.message ?? 'is not valid'}${extra === undefined ? '' : ` (${String(extra)})`}`;
    })
    .join('; ');
}
