import type { Json } from '../../../runbook/core/json.ts';
import type { Outcome } from '../../kernel/command.ts';
import { isSecretOutput, type SecretOutputs } from '../secret-outputs.ts';
import type { Redactor } from './redactor.ts';

/** The outcome without secrets in outputs, message and remedy; an output that is a secret itself stays whole. */
export function redactOutcome(outcome: Outcome, redactor: Redactor, secret?: SecretOutputs): Outcome {
  const clean = (outputs: Readonly<Record<string, Json>>) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, value]) =>
        isSecretOutput(secret, name) ? [name, value] : [redactor.text(name), redactor.json(value)],
      ),
    );
  if (outcome.kind === 'cancelled') return outcome;
  if (outcome.kind === 'succeeded') return { ...outcome, outputs: clean(outcome.outputs) };
  const error = { ...outcome.error, message: redactor.text(outcome.error.message), remedy: redactor.text(outcome.error.remedy) };
  return { ...outcome, error, ...(outcome.outputs && { outputs: clean(outcome.outputs) }) };
}
