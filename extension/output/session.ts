import { SeenOutput } from '../../client/seen-output.ts';
import type { RunDetail, RunEvent, StepView } from '../../protocol/run.ts';
import type { Engine } from '../engine/api.ts';
import { isFinal } from '../runs/words.ts';
import { type Cleaner, createCleaner } from './ansi.ts';
import { editedLine, goesOnLine, runFooter, runHeading, stepFooter } from './render.ts';
import { createStepWriter } from './writer.ts';

export interface RunSession {
  stop(): void;
  /** The run's journal has come to this sequence: what ended may go on. */
  reached(seq: number): void;
}

const isContainer = ({ verb }: StepView): boolean => ['parallel', 'for-each', 'repeat', 'switch', 'call'].includes(verb);

/**
 * Writes one run as text: what is stored of it, then what comes live.
 * 1. Live events are kept until the stored part is written; those the stored part holds already are dropped.
 * 2. Events are written one after the other, in their order.
 * 3. After the run's end nothing more is written, unless it goes on: it was tried again, or is rolled back.
 */
export function followRun(
  engine: Pick<Engine, 'show' | 'output' | 'follow'>,
  run: string,
  write: (text: string) => void,
  trouble: (error: unknown) => void,
): RunSession {
  let stopped = false;
  let ended = false;
  let stopFollowing = () => {};
  let turn: Promise<void> = Promise.resolve();
  let writtenUpTo = 0;
  const headed = new Map<string, number>();
  const footed = new Map<string, string>();
  const cleaners = new Map<string, Cleaner>();
  const seen = new SeenOutput((step) => engine.output(run, step));
  /** Since the connection was lost: what ends meanwhile may have written more than was sent. */
  let incomplete = false;

  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(async () => {
      if (!stopped) await work();
    });
    turn = turn.catch((error: unknown) => {
      if (!stopped) trouble(error);
    });
  };

  const writer = createStepWriter(write);
  let view: RunDetail | undefined;

  /** The run as it is after this event or later: many events of a busy run are told by one view. */
  async function viewAfter(seq: number): Promise<RunDetail> {
    if (view === undefined || view.seq < seq) view = await engine.show(run);
    return view;
  }

  const head = (step: Pick<StepView, 'id' | 'name'> & Partial<Pick<StepView, 'verb'>>, attempt: number) => {
    if ((headed.get(step.id) ?? 0) >= attempt) return;
    headed.set(step.id, attempt);
    writer.heading(step, attempt);
  };

  function text(step: string, stream: 'stdout' | 'stderr', piece: string): void {
    const key = `${stream} ${step}`;
    const cleaner = cleaners.get(key) ?? createCleaner();
    cleaners.set(key, cleaner);
    writer.text(step, cleaner.push(piece));
  }

  function foot(step: StepView): void {
    const footer = stepFooter(step);
    if (footer === '' || footed.get(step.id) === `${step.attempts} ${footer}`) return;
    footed.set(step.id, `${step.attempts} ${footer}`);
    for (const stream of ['stdout', 'stderr']) {
      writer.text(step.id, cleaners.get(`${stream} ${step.id}`)?.end() ?? '');
      cleaners.delete(`${stream} ${step.id}`);
    }
    writer.footer(step);
  }

  async function writeMissed({ id, attempts }: StepView): Promise<void> {
    for (const part of await seen.rest(id, attempts)) text(id, part.stream, part.text);
  }

  async function writeStored(detail: RunDetail): Promise<void> {
    writer.other(runHeading(detail));
    for (const step of detail.steps) {
      if (step.status === 'pending') continue;
      head(step, Math.max(1, step.attempts));
      if (step.attempts > 0) await writeMissed(step);
      // Of what holds other steps the end would stand above them.
      if (step.status !== 'succeeded' || !isContainer(step)) foot(step);
    }
    writtenUpTo = detail.seq;
    if (isFinal(detail)) finish(detail);
  }

  function finish(detail: RunDetail): void {
    writer.other(runFooter(detail));
    // If the run goes on after all, these begin anew.
    for (const { id, status } of detail.steps) {
      if (status === 'succeeded') continue;
      headed.delete(id);
      footed.delete(id);
    }
    stop();
    ended = true;
  }

  async function handle(event: RunEvent): Promise<void> {
    if (event.type === 'output') {
      if (event.step === undefined || event.text === undefined) return;
      const stream = event.stream ?? 'stdout';
      head({ id: event.step }, headed.get(event.step) ?? 1);
      text(event.step, stream, await seen.upTo(event));
      return;
    }
    if (event.seq <= writtenUpTo) return;
    writtenUpTo = event.seq;
    if (event.type === 'run-edited') writer.other(editedLine);
    const ended = event.status !== undefined && isFinal({ status: event.status });
    if (event.step === undefined && !ended) return;
    const detail = await viewAfter(event.seq);
    const step = detail.steps.find((item) => item.id === event.step);
    if (step && event.stepStatus && event.stepStatus !== 'pending') {
      head(step, Math.max(1, event.attempt ?? step.attempts));
      // The view may be ahead of the event; a status that has passed is not told any more.
      if (incomplete && step.attempts > 0) await writeMissed(step);
      if (step.status === event.stepStatus) foot(step);
    }
    if (ended) finish(detail);
  }

  function stop(): void {
    stopped = true;
    stopFollowing();
  }

  function follow(after: number, live: () => void): void {
    stopFollowing = engine.follow(
      { run, after },
      {
        event: (event) => inTurn(() => handle(event)),
        live,
        lost() {
          incomplete = true;
        },
        reconnected: () =>
          inTurn(async () => {
            for (const step of (await engine.show(run)).steps) if (step.status === 'running') await writeMissed(step);
            incomplete = false;
          }),
        error: (error) => {
          live();
          if (!stopped) trouble(error);
        },
      },
    );
    if (stopped) stopFollowing();
  }

  inTurn(async () => {
    const start = await engine.show(run);
    const live = Promise.withResolvers<void>();
    follow(start.seq, live.resolve);
    if (stopped) return;
    await live.promise;
    await writeStored(await engine.show(run));
  });

  return {
    stop() {
      ended = false;
      stop();
    },
    reached(seq) {
      if (!ended || seq <= writtenUpTo) return;
      ended = false;
      stopped = false;
      incomplete = true;
      inTurn(async () => {
        writer.other(goesOnLine);
        follow(writtenUpTo, () =>
          inTurn(async () => {
            incomplete = false;
          }),
        );
      });
    },
  };
}
