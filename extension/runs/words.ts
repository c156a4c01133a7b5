import type { RunStatus, StepStatus, StepView } from '../../protocol/run.ts';
import type { ItemContext } from '../contributions.ts';

/** A status as people read it and as a codicon with a theme colour. */
export interface Look {
  readonly word: string;
  readonly icon: string;
  readonly color?: string;
}

const grey = 'disabledForeground';
const good = 'testing.iconPassed';
const bad = 'testing.iconFailed';
const asks = 'charts.yellow';
const live = 'charts.blue';

export const runLooks: Readonly<Record<RunStatus, Look & { readonly context: ItemContext }>> = {
  pending: { word: 'about to start', icon: 'circle-outline', color: grey, context: 'run.active' },
  running: { word: 'running', icon: 'loading~spin', color: live, context: 'run.active' },
  waiting_approval: { word: 'waits for approval', icon: 'debug-pause', color: asks, context: 'run.active' },
  paused: { word: 'paused', icon: 'question', color: asks, context: 'run.active' },
  rolling_back: { word: 'rolling back', icon: 'loading~spin', color: asks, context: 'run.active' },
  completed: { word: 'completed', icon: 'pass', color: good, context: 'run.done' },
  failed: { word: 'failed', icon: 'error', color: bad, context: 'run.failed' },
  rejected: { word: 'rejected', icon: 'circle-slash', color: bad, context: 'run.done' },
  cancelled: { word: 'cancelled', icon: 'circle-slash', color: grey, context: 'run.done' },
};

export const stepLooks: Readonly<Record<StepStatus, Look & { readonly context: ItemContext }>> = {
  pending: { word: 'not started', icon: 'circle-outline', color: grey, context: 'step.active' },
  waiting_approval: { word: 'waits for approval', icon: 'debug-pause', color: asks, context: 'step.active' },
  running: { word: 'running', icon: 'loading~spin', color: live, context: 'step.active' },
  succeeded: { word: 'succeeded', icon: 'pass', color: good, context: 'step.done' },
  failed: { word: 'failed', icon: 'error', color: bad, context: 'step.failed' },
  skipped: { word: 'skipped', icon: 'debug-step-over', color: grey, context: 'step.done' },
  cancelled: { word: 'cancelled', icon: 'circle-slash', color: grey, context: 'step.done' },
  undone: { word: 'undone', icon: 'discard', color: asks, context: 'step.done' },
  unknown: { word: 'outcome unknown', icon: 'question', color: asks, context: 'step.active' },
};

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One line on how a step stands: `succeeded in 1.2 s`, `failed: The script ended with exit code 3.` */
export function stepSentence(step: StepView): string {
  const { word } = stepLooks[step.status];
  if (step.status === 'failed' && step.error) return `failed: ${oneLine(step.error.message)}`;
  if (step.status === 'succeeded' && step.durationMs !== undefined) return `succeeded in ${duration(step.durationMs)}`;
  if (step.status === 'running' && step.attempts > 1) return `running, attempt ${step.attempts}`;
  return word;
}

/** A step's name; inside a loop or a called runbook behind what it is in: `each[2] › Probe`. */
export function stepTitle({ id, name }: Pick<StepView, 'id' | 'name'>): string {
  if (name === undefined) return id;
  const around = id
    .split('/')
    .slice(0, -1)
    .filter((part) => !lists.has(part));
  return [...around, name].join(' › ');
}

/** Beginnings of paths that say which list a step is in, which its name and place tell already. */
const lists: ReadonlySet<string> = new Set(['verify', 'on-failure', 'on-cancel', 'finally', 'undo', 'fallback']);

export function oneLine(text: string, limit = 160): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** Whether a run has ended. */
export function isFinal(run: { readonly status: RunStatus }): boolean {
  return runLooks[run.status].context !== 'run.active';
}
