import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import * as Value from 'typebox/value';
import { ProblemError, problem } from '../../runbook/core/errors.ts';

/** A check made once per route; `text` values (queries) are converted first. Throws `request-invalid` naming the first place. */
export function validator(schema: TSchema | undefined, part: 'body' | 'query'): (value: unknown) => unknown {
  if (!schema) return () => undefined;
  // With the first request: an engine that waits keeps small.
  let compiled: ReturnType<typeof Compile<TSchema>> | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    const given = part === 'query' ? Value.Convert(schema, value ?? {}) : (value ?? {});
    if (compiled.Check(given)) return given;
    const errors = [...compiled.Errors(given)];
    const first = errors.find(({ keyword }) => keyword !== 'boolean') ?? errors[0];
    const extra =
      first?.keyword === 'additionalProperties'
        ? `: ${(first.params as { additionalProperties?: string[] }).additionalProperties?.join(', ')}`
        : '';
    throw new ProblemError(
      problem('request-invalid', { why: `${part}${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}${extra}` }),
    );
  };
}
