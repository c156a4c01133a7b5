import type { RunEvent, StepView } from '../../protocol/run.ts';
import { duration, indent } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { oneLine, outputLine, plainText } from '../lib/safe-text.ts';
import { stepMarks } from '../lib/words.ts';
import { closing } from './closing.ts';
import { LineBuffer } from './lines.ts';
import type { Reporter } from './reporter.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const framesApart = 100;
const tailWhileRunning = 5;
const tailAfterwards = 12;

interface Running {
  readonly step: string;
  readonly since: number;
  readonly attempt: number;
  readonly buffers: Readonly<Record<'stdout' | 'stderr', LineBuffer>>;
  /** The last lines, and how many there were before them. */
  tail: string[];
  before: number;
}

/**
 * A list of steps that grows downwards. What has ended is printed once and stays; what runs stands below it and is redrawn.
 * Lines are not wrapped while drawing, so that the number of rows drawn is always known.
 */
export function liveReporter(io: Io): Reporter {
  const names = new Map<string, StepView>();
  const running = new Map<string, Running>();
  let drawn = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const erase = () => (drawn === 0 ? '' : `\x1b[${drawn}A\x1b[0J`);
  const cut = (line: string) => [...line].slice(0, io.columns() * 2).join('');

  function draw(above: readonly string[] = []): void {
    const below = [...running.values()].flatMap((step) => runningLines(step));
    const lines = below.map((line) => `${line}\x1b[0m\n`).join('');
    io.out(`${erase()}${above.map((line) => `${line}\n`).join('')}\x1b[?7l${lines}\x1b[?7h`);
    drawn = below.length;
  }

  function runningLines({ step, since, attempt, tail }: Running): string[] {
    const again = attempt > 1 ? `, attempt ${attempt}` : '';
    const head = `${io.style('cyan', spinner[frame % spinner.length] ?? '')} ${label(step)} ${io.style('dim', `${duration(Date.now() - since)}${again}`)}`;
    return [head, ...tail.slice(-tailWhileRunning).map((line) => `  ${io.style('dim', '│')} ${cut(line)}`)];
  }

  function label(step: string): string {
    const name = names.get(step)?.name;
    return name === undefined ? step : `${step} ${io.style('dim', oneLine(name))}`;
  }

  function add(to: Running, lines: readonly string[]): void {
    to.tail.push(...lines.map((line) => outputLine(line, io.colour)));
    const extra = to.tail.length - tailAfterwards;
    if (extra <= 0) return;
    to.before += extra;
    to.tail = to.tail.slice(extra);
  }

  /** An attempt is over: what is kept of it stays on the terminal. */
  function close(event: RunEvent): string[] {
    const step = event.step ?? '';
    const { mark, style, word } = stepMarks[event.stepStatus ?? 'running'];
    const found = running.get(step);
    running.delete(step);
    if (found) for (const buffer of Object.values(found.buffers)) add(found, buffer.rest());
    const note = found === undefined ? word : duration(Date.parse(event.time) - found.since);
    const lines = [`${io.style(style, mark)} ${label(step)} ${io.style('dim', note)}`];
    if (found && found.before > 0) lines.push(io.style('dim', `  │ … ${found.before} lines before these`));
    for (const line of found?.tail ?? []) lines.push(`  ${io.style('dim', '│')} ${line}`);
    if (event.error) lines.push(indent(`${io.style('red', plainText(event.error.message))}\n${plainText(event.error.remedy)}`, '  '));
    return lines;
  }

  function event(found: RunEvent): void {
    const { step, type, stepStatus } = found;
    if (step === undefined || type === 'approval-requested') return;
    if (type === 'output') {
      const target = running.get(step);
      if (target) add(target, target.buffers[found.stream ?? 'stdout'].push(found.text ?? ''));
    } else if (type === 'step-started') {
      const buffers = { stdout: new LineBuffer(), stderr: new LineBuffer() };
      running.set(step, { step, since: Date.parse(found.time), attempt: found.attempt ?? 1, buffers, tail: [], before: 0 });
      draw();
    } else if (type === 'approval-granted') {
      const by = found.by === undefined ? '' : ` by ${oneLine(found.by)}`;
      draw([`${io.style('green', '✓')} ${label(step)} ${io.style('dim', `approved${by}`)}`]);
    } else if (running.has(step) || (stepStatus !== undefined && stepStatus !== 'pending' && stepStatus !== 'running')) {
      draw(close(found));
    }
  }

  function resume(): void {
    timer ??= setInterval(() => {
      frame++;
      if (running.size > 0) draw();
    }, framesApart);
  }

  function pause(): void {
    clearInterval(timer);
    timer = undefined;
    io.out(erase());
    drawn = 0;
  }

  return {
    started(run) {
      for (const step of run.steps) names.set(step.id, step);
      io.out(`${io.style('bold', oneLine(run.runbook))} ${io.style('dim', `run ${run.id}`)}\n`);
      resume();
    },
    event,
    pause,
    resume,
    ended(run, waiting) {
      pause();
      for (const line of closing(io, run, waiting)) io.out(`${line}\n`);
    },
  };
}
