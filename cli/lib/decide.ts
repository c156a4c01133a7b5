import type { ApprovalView, RunDetail } from '../../protocol/run.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { whatRuns } from '../run/what-runs.ts';
import { withEngine } from './engine.ts';
import { exit } from './exit.ts';
import { usage } from './flags.ts';
import type { Io } from './io.ts';
import { printRun } from './show-run.ts';

export interface DecideOptions {
  readonly note?: string;
  readonly digest?: string;
  readonly json?: boolean;
}

/** Answers a step's open question for what it would run now, which is said first; with `--digest` only for that. */
export async function decide(io: Io, verb: 'approve' | 'reject', id: string, step: string, options: DecideOptions): Promise<number> {
  if (options.digest !== undefined && !/^[0-9a-f]{8,64}$/i.test(options.digest))
    throw usage(verb, '--digest takes at least the first 8 characters of the digest.');
  return withEngine(io.env, async (client) => {
    const approval = openQuestion(await client.show(id), step, 'approval');
    if (options.digest !== undefined && !approval.digest.startsWith(options.digest.toLowerCase()))
      throw new ProblemError(problem('approval-stale', { step }));
    if (!options.json) io.err(`${verb === 'approve' ? 'Approving' : 'Rejecting'} ${whatRuns(io, approval).join('\n')}\n`);
    const run = await client[verb](id, {
      step,
      digest: approval.digest,
      via: 'cli',
      ...(options.note === undefined ? {} : { note: options.note }),
    });
    printRun(io, run, options.json === true);
    return exit.completed;
  });
}

/** Throws `step-unknown`, or `approval-none` where nothing of this kind is open. */
export function openQuestion(run: RunDetail, step: string, kind: ApprovalView['kind']): ApprovalView {
  const approval = run.approvals.find((found) => found.step === step && found.status === 'pending' && found.kind === kind);
  if (approval) return approval;
  if (!run.steps.some((found) => found.id === step)) {
    throw new ProblemError(problem('step-unknown', { where: `Run ${run.id}`, step, known: run.steps.map((found) => found.id).join(', ') }));
  }
  throw new ProblemError(problem('approval-none', { step, run: run.id }));
}
