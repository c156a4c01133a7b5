import type { ActionCode, ActionContext } from '../../engine/connectors/action.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { Stopped } from './stopped.ts';

export type Input = Readonly<Record<string, Json>>;

/** An action of this pack: `work` gives outputs, or an outcome of its own. What it throws becomes an entry of the catalogue. */
export const dataAction =
  (name: string, work: (input: Input, context: ActionContext) => Promise<Outcome | { readonly outputs: JsonObject }>): ActionCode =>
  async (input, context) => {
    try {
      const result = await work(input, context);
      if ('kind' in result) return result;
      return { kind: 'succeeded', outputs: result.outputs };
    } catch (error) {
      if (error instanceof Stopped || context.signal.aborted) return { kind: 'cancelled' };
      if (error instanceof ProblemError) return { kind: 'failed', error: error.problem };
      const found = ofSystem(error);
      if (found) return { kind: 'failed', error: found };
      // Not foreseen: the connector records it as an internal error, with the action that it was.
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };

/** What the file system said of a table of the run; files of people are asked for by name elsewhere. */
function ofSystem(error: unknown) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return problem(
      'file-unwritable',
      { file: 'The table', why: 'there is no room left' },
      { remedy: 'Make room on the disk of the state folder.' },
    );
  if (/^E[A-Z]+$/.test(code)) return problem('file-unwritable', { file: 'The table', why: code });
  return undefined;
}

/** `why` is a sentence without its full stop. */
export const wrongInput = (action: string, why: string): ProblemError => new ProblemError(problem('action-input', { action, why }));

export const textOf = (value: Json | undefined, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);
export const numberOf = (value: Json | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
export const textsOf = (value: Json | undefined): readonly string[] => listOf(value).map((item) => String(item));
export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
