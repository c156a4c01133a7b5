import type { Json } from '../../runbook/core/json.ts';
import { tooLargeKey } from '../../runbook/core/model.ts';
import type { Outcome } from '../kernel/command.ts';

/** Bytes of one output that expressions can read and the journal keeps. */
export const longestOutput = 256 * 1024;

/** Leaves out what is too long and lists its names. */
export function limitOutputs(outcome: Outcome): Outcome {
  if (outcome.kind === 'cancelled' || outcome.outputs === undefined) return outcome;
  const fits = (value: Json) => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)) <= longestOutput;
  const outputs = Object.entries(outcome.outputs);
  const tooLarge = outputs.filter(([, value]) => !fits(value)).map(([name]) => name);
  if (tooLarge.length === 0) return outcome;
  return {
    ...outcome,
    outputs: { ...Object.fromEntries(outputs.filter(([name]) => !tooLarge.includes(name))), [tooLargeKey]: tooLarge.sort() },
  };
}
