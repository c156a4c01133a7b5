import type { RunEvent } from '../../protocol/run.ts';
import { duration, localTime } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { oneLine, outputLine } from '../lib/safe-text.ts';
import { stepMarks } from '../lib/words.ts';
import { closing } from './closing.ts';
import { LineBuffer } from './lines.ts';
import type { Reporter } from './reporter.ts';

/** Plain lines for a pipe or a log, each one with the step it belongs to in front. */
export function plainReporter(io: Io): Reporter {
  const buffers = new Map<string, LineBuffer>();
  const startedAt = new Map<string, number>();
  const print = (line: string) => io.out(`${line}\n`);
  const output = (step: string, lines: readonly string[]) => {
    for (const line of lines) print(`${step} | ${io.terminal || io.colour ? outputLine(line, io.colour) : line}`);
  };

  function event(found: RunEvent): void {
    const { step, type } = found;
    if (step === undefined) return;
    if (type === 'output') {
      const key = `${step} ${found.stream}`;
      const buffer = buffers.get(key) ?? new LineBuffer();
      buffers.set(key, buffer);
      output(step, buffer.push(found.text ?? ''));
      return;
    }
    for (const stream of ['stdout', 'stderr']) output(step, buffers.get(`${step} ${stream}`)?.rest() ?? []);
    if (type === 'step-started') startedAt.set(step, Date.parse(found.time));
    const since = startedAt.get(step);
    const line = said(io, found, since === undefined ? undefined : Date.parse(found.time) - since);
    if (line !== undefined) print(`${step}: ${line}`);
    if (found.error !== undefined) print(`${step}: ${oneLine(found.error.message)} ${oneLine(found.error.remedy)}`);
  }

  return {
    started: (run) => print(`Run ${run.id} of ${oneLine(run.runbook)} (${oneLine(run.file)})`),
    event,
    pause: () => undefined,
    resume: () => undefined,
    ended: (run, waiting) => closing(io, run, waiting).forEach(print),
  };
}

function said(io: Io, event: RunEvent, took: number | undefined): string | undefined {
  const by = event.by === undefined ? '' : ` by ${oneLine(event.by)}${event.via === undefined ? '' : ` (${event.via})`}`;
  const after = took === undefined ? '' : ` after ${duration(took)}`;
  switch (event.type) {
    case 'step-started':
      return (event.attempt ?? 1) > 1 ? `attempt ${event.attempt} started` : 'started';
    case 'step-opened':
      return 'begun';
    case 'step-continued':
      return 'goes on where it failed';
    case 'pass-started':
      return `number ${event.message ?? ''} begun`;
    case 'wait-continued':
      return undefined;
    case 'approval-given':
      return `approved${by}, and more are needed`;
    case 'approval-escalated':
      return 'others are asked too';
    case 'step-failed':
      if (event.stepStatus !== 'failed')
        return `attempt ${event.attempt ?? 1} ${io.style('red', 'failed')}${after}, ${event.message ?? 'it is tried again'}`;
      return `${io.style('red', 'failed')}${after}`;
    case 'approval-requested':
      return `asks: ${oneLine(event.message ?? 'May it run?')}`;
    case 'approval-granted':
      return `approved${by}`;
    case 'approval-rejected':
      return `rejected${by}`;
    case 'approval-expired':
      return 'nobody answered in time';
    case 'step-held':
      return 'waits:';
    case 'unknown-answered':
      return `answered${by}`;
    default: {
      if (event.stepStatus === undefined) return undefined;
      const { word, style } = stepMarks[event.stepStatus];
      const kept = event.cachedAt === undefined ? '' : `, with the result of ${localTime(event.cachedAt)}`;
      return `${io.style(style, word)}${after}${kept}`;
    }
  }
}
