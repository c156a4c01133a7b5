import type { EngineClient } from '../../client/client.ts';
import { type EngineError, unreachable } from '../../client/errors.ts';
import { SeenOutput } from '../../client/seen-output.ts';
import { type ApprovalView, finalStatuses, type RunDetail, type RunEvent, type RunStatus } from '../../protocol/run.ts';
import { Interrupted } from '../lib/prompt.ts';
import { missedOutput } from './catch-up.ts';
import { isHeld } from './closing.ts';
import type { Interrupt } from './interrupt.ts';
import type { Questions } from './questions.ts';
import type { Reporter } from './reporter.ts';

const attemptEnds: readonly string[] = ['step-succeeded', 'step-failed', 'step-cancelled', 'step-unknown'];
const asking: readonly string[] = ['approval-requested', 'step-unknown', 'step-held'];
const waitingStatuses: readonly RunStatus[] = ['waiting_approval', 'paused'];

export interface Watched {
  readonly run: RunDetail;
  /** Questions left open. */
  readonly waiting: readonly ApprovalView[];
}

/**
 * Follows a run from its first event until it ends, a question is left open, or the person leaves it.
 * Events are handled one after the other; while a person is asked, those that arrive only end the question if it is no longer open.
 */
export async function watch(
  client: EngineClient,
  id: string,
  reporter: Reporter,
  questions: Questions,
  interrupt: Interrupt,
): Promise<Watched> {
  const events: RunEvent[] = [];
  /** Events up to this many taken from the queue were sent before the run was followed live, and so without their output. */
  let past = Number.POSITIVE_INFINITY;
  let received = 0;
  let taken = 0;
  const running = new Map<string, RunEvent>();
  /** Of those that run, the ones of whose output something may have been missed. */
  const missing = new Set<string>();
  const seen = new SeenOutput((step) => client.output(id, step));
  let failure: EngineError | undefined;
  let due = false;
  let wake: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const stop = client.follow(
    { run: id, after: 0 },
    {
      event(event) {
        events.push(event);
        received++;
        wake();
        arrived();
      },
      live() {
        past = received;
        wake();
      },
      lost() {
        past = Number.POSITIVE_INFINITY;
        for (const step of running.keys()) missing.add(step);
      },
      reconnected() {
        past = received;
        wake();
      },
      error(error) {
        failure = error;
        wake();
      },
    },
  );
  const onLeave = () => wake();
  interrupt.second.addEventListener('abort', onLeave);

  /** Asks what is open; aborted by Ctrl-C, and by an event after which it is no longer open. */
  async function settle(approval: ApprovalView): Promise<'answered' | 'open'> {
    const moved = new AbortController();
    arrived = () => {
      if (events.some((event) => event.step === approval.step || event.type === 'cancel-requested' || event.type === 'run-finished'))
        moved.abort();
    };
    try {
      return await questions.settle(approval, AbortSignal.any([moved.signal, interrupt.first]));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      interrupt.press();
      return 'answered';
    } finally {
      arrived = () => undefined;
    }
  }

  /** The questions that stay open, or undefined when the run goes on. */
  async function attend(): Promise<Watched | undefined> {
    const before = await client.show(id);
    const pending = before.approvals.filter((approval) => approval.status === 'pending');
    if (pending.length === 0) return before.steps.some(isHeld) ? { run: before, waiting: [] } : undefined;
    const open: ApprovalView[] = [];
    reporter.pause();
    try {
      for (const approval of pending) {
        if (interrupt.cancelled) return undefined;
        if ((await settle(approval)) === 'open') open.push(approval);
      }
    } finally {
      reporter.resume();
    }
    if (open.length === 0 || interrupt.cancelled) return undefined;
    const run = await client.show(id);
    return waitingStatuses.includes(run.status) ? { run, waiting: open } : undefined;
  }

  /** Output that was missed: of an attempt that is over before its end is told, of one that runs as soon as what follows is live. */
  async function catchUp(event: RunEvent | undefined): Promise<void> {
    if (event?.step !== undefined && event.type === 'step-started') {
      running.set(event.step, event);
      if (taken <= past) missing.add(event.step);
    } else if (event?.step !== undefined && attemptEnds.includes(event.type)) {
      const start = running.get(event.step);
      running.delete(event.step);
      if (missing.delete(event.step) && start) await tellMissed(start);
    }
    if (taken < past || missing.size === 0) return;
    const steps = [...missing];
    missing.clear();
    for (const step of steps) {
      const start = running.get(step);
      if (start) await tellMissed(start);
    }
  }

  async function tellMissed(start: RunEvent): Promise<void> {
    for (const output of await missedOutput(seen, start)) reporter.event(output);
  }

  try {
    for (;;) {
      const event = events.shift();
      if (event === undefined) {
        await catchUp(undefined);
        if (events.length > 0) continue;
        if (failure) throw asLost(failure, id);
        if (interrupt.second.aborted) return { run: await client.show(id), waiting: [] };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      taken++;
      if (event.type === 'step-started') {
        reporter.event(event);
        await catchUp(event);
      } else if (event.type === 'output') {
        await catchUp(event);
        const text = await seen.upTo(event);
        if (text !== '' || event.text === undefined) reporter.event({ ...event, ...(event.text === undefined ? {} : { text }) });
      } else {
        await catchUp(event);
        reporter.event(event);
      }
      if (event.type === 'run-finished' || (event.status !== undefined && finalStatuses.includes(event.status)))
        return { run: await client.show(id), waiting: [] };
      due ||= asking.includes(event.type) || (event.status !== undefined && waitingStatuses.includes(event.status));
      // What was asked long ago may have been answered since: only where the run stands now counts.
      if (!due || events.length > 0 || interrupt.cancelled) continue;
      due = false;
      const left = await attend();
      if (left) return left;
    }
  } finally {
    interrupt.second.removeEventListener('abort', onLeave);
    stop();
  }
}

/** The run was there: an engine that does not know it has another journal, as when the state folder was removed under it. */
function asLost(failure: EngineError, run: string): EngineError {
  return failure.error.code === 'run-unknown' ? unreachable(`the journal that held the run ${run} is gone`) : failure;
}
