import type { EngineClient } from '../../client/client.ts';
import { EngineError } from '../../client/errors.ts';
import type { ApprovalView } from '../../protocol/run.ts';
import { patternOf } from '../../runbook/core/nested.ts';
import type { Io } from '../lib/io.ts';
import { ask, dropTypedAhead } from '../lib/prompt.ts';
import { details, whatRuns } from './what-runs.ts';

/** Answers given beforehand; `all` approves whatever asks, and a step to reject goes before it. */
export interface Answers {
  readonly approve: readonly string[];
  readonly reject: readonly string[];
}

/** `answered` also when somebody else was faster; `open` when it is left for later. */
export type Settled = 'answered' | 'open';

export interface Questions {
  settle(approval: ApprovalView, signal: AbortSignal): Promise<Settled>;
}

/** Settles a question by what the flags say, else by asking the person at the terminal. */
export function questions(io: Io, client: EngineClient, answers: Answers, mayAsk: boolean): Questions {
  return {
    async settle(approval, signal) {
      if (approval.kind === 'unknown-outcome') return mayAsk ? settled(askOutcome(io, client, approval, signal)) : 'open';
      const { step } = approval;
      const names = (given: readonly string[]) => given.includes(step) || given.includes(patternOf(step));
      const given = names(answers.reject) ? 'reject' : names(answers.approve) || answers.approve.includes('all') ? 'approve' : undefined;
      if (given) return settled(decide(client, approval, given));
      return mayAsk ? settled(askApproval(io, client, approval, signal)) : 'open';
    },
  };
}

/** One yes of several that are needed leaves the question to others. */
async function decide(client: EngineClient, { run, step, digest }: ApprovalView, decision: 'approve' | 'reject'): Promise<Settled> {
  const { approvals } = await client[decision](run, { step, digest, via: 'cli' });
  return approvals.some((one) => one.step === step && one.digest === digest && one.status === 'pending') ? 'open' : 'answered';
}

async function askApproval(io: Io, client: EngineClient, approval: ApprovalView, signal: AbortSignal): Promise<Settled> {
  io.err(`\n${io.errStyle('yellow', 'Approval needed:')} ${whatRuns(io, approval).join('\n')}\n`);
  for (;;) {
    await dropTypedAhead();
    const answer = (await ask('Approve? y = yes, n = no (reject), d = details, Enter = decide later: ', { signal }))?.trim().toLowerCase();
    if (answer === 'y' || answer === 'yes') return decide(client, approval, 'approve');
    if (answer === 'n' || answer === 'no') return decide(client, approval, 'reject');
    if (answer === 'd' || answer === 'details') io.err(`${details(approval).join('\n')}\n`);
    else if (answer === undefined || answer === '') return signal.aborted ? 'answered' : 'open';
  }
}

async function askOutcome(io: Io, client: EngineClient, approval: ApprovalView, signal: AbortSignal): Promise<Settled> {
  io.err(`\n${io.errStyle('yellow', 'Nobody knows what became of')} ${whatRuns(io, approval).join('\n')}\n`);
  const meanings: Readonly<Record<string, 'succeeded' | 'failed' | 'repeat'>> = {
    s: 'succeeded',
    succeeded: 'succeeded',
    f: 'failed',
    failed: 'failed',
    r: 'repeat',
    repeat: 'repeat',
  };
  for (;;) {
    await dropTypedAhead();
    const answer = (await ask('What became of it? s = succeeded, f = failed, r = run it again, Enter = decide later: ', { signal }))
      ?.trim()
      .toLowerCase();
    if (answer === undefined || answer === '') return signal.aborted ? 'answered' : 'open';
    const meaning = meanings[answer];
    if (meaning === undefined) continue;
    await client.answer(approval.run, { step: approval.step, answer: meaning, via: 'cli' });
    return 'answered';
  }
}

/** A question that is no longer open was answered elsewhere: the events tell how. */
async function settled(work: Promise<Settled>): Promise<Settled> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof EngineError && (error.error.code === 'approval-none' || error.error.code === 'approval-stale')) return 'answered';
    throw error;
  }
}
