import type { ActionManifest } from '../../runbook/core/action.ts';
import { risks } from '../../runbook/core/model.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What came from another process and has the shape of a manifest. */
export const manifestsIn = (values: readonly unknown[]): readonly ActionManifest[] => values.filter(isManifest);

function isManifest(value: unknown): value is ActionManifest {
  if (!isRecord(value)) return false;
  const { name, description, category, complexity, risk, inputs, outputs, estimate, idempotent } = value;
  return (
    [name, description, category, complexity].every((one) => typeof one === 'string') &&
    risks.some((known) => known === risk) &&
    isRecord(inputs) &&
    isRecord(outputs) &&
    typeof estimate === 'number' &&
    (typeof idempotent === 'boolean' || isRecord(idempotent))
  );
}
