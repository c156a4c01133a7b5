import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { apiBlocker } from './api.ts';
import { type Blocker, heldBlocker } from './held.ts';
import { type BlockingSettings, blockingSettings, type Method, methods } from './settings.ts';

export interface Way {
  readonly method: Method;
  readonly settings: BlockingSettings;
  readonly blocker: Blocker;
}

/** By what the input says, else the settings. Throws a ProblemError. */
export async function openWay(given: unknown, action: string, context: ActionContext): Promise<Way> {
  const settings = blockingSettings(context);
  const method = methods.find((known) => known === given) ?? settings.method;
  if (method === 'list' && context.connection !== undefined)
    context.log('The list is kept in the workspace; the target of the step has no part in it.');
  const blocker = method === 'api' ? apiBlocker(settings, action, context) : await heldBlocker(method, settings, context);
  return { method, settings, blocker };
}

/** What can be foreseen is an outcome. */
export const guarded =
  (code: ActionCode): ActionCode =>
  async (input, context) => {
    try {
      return await code(input, context);
    } catch (error) {
      if (context.signal.aborted) return { kind: 'cancelled' };
      if (error instanceof ProblemError) return { kind: 'failed', error: error.problem };
      return { kind: 'failed', error: problem('internal', { why: error instanceof Error ? error.message : String(error) }) };
    }
  };
