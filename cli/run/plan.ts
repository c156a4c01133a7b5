import type { EngineClient } from '../../client/client.ts';
import { planLines } from '../../client/plan-text.ts';
import type { PlanView } from '../../protocol/plan.ts';
import { exit } from '../lib/exit.ts';
import type { Io } from '../lib/io.ts';
import { plainText } from '../lib/safe-text.ts';
import { requestOf, type Start } from './start.ts';

/** Looking at a file vouches for nothing: in a folder that is not trusted not even a check is run. */
export const planRun = (client: EngineClient, start: Start, io: Io): Promise<PlanView> => client.dryRun(requestOf(io, start));

/** A line for each step, and the whole as the last one; 1 where a step would fail for certain. */
export function showPlan(io: Io, plan: PlanView, json: boolean): number {
  const failing = plan.steps.some(({ will }) => will === 'fail');
  if (json) {
    for (const step of plan.steps) io.out(`${JSON.stringify({ type: 'plan', ...step })}\n`);
    io.out(`${JSON.stringify(lastLine(plan, failing))}\n`);
  } else io.out(`${plainText(planLines(plan).join('\n'))}\n`);
  return failing ? exit.failed : exit.completed;
}

/** The contract of `run --json`, with `dryRun`: no step was begun, and there is no run. */
function lastLine(plan: PlanView, failing: boolean) {
  return {
    type: 'run',
    dryRun: true,
    id: null,
    status: failing ? 'failed' : 'completed',
    outputs: {},
    trusted: plan.trusted,
    ...(plan.cut ? { cut: true } : {}),
    steps: plan.steps.map(({ id, will, error }) => ({
      id,
      status: will === 'fail' ? 'failed' : will === 'skip' ? 'skipped' : 'pending',
      attempts: 0,
      error: error === undefined ? undefined : { code: error.code, class: error.class, message: error.message, remedy: error.remedy },
      durationMs: 0,
    })),
  };
}
