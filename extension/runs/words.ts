import type { ApprovalView, RunDetail, RunStatus, RunSummary, StepStatus, StepView } from '../../protocol/run.ts';

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

export const runLooks: Readonly<Record<RunStatus, Look>> = {
  pending: { word: 'about to start', icon: 'circle-outline', color: grey },
  running: { word: 'running', icon: 'loading~spin', color: live },
  waiting_approval: { word: 'waits for approval', icon: 'debug-pause', color: asks },
  paused: { word: 'paused', icon: 'debug-pause', color: asks },
  rolling_back: { word: 'rolling back', icon: 'loading~spin', color: asks },
  completed: { word: 'completed', icon: 'pass', color: good },
  failed: { word: 'failed', icon: 'error', color: bad },
  rejected: { word: 'rejected', icon: 'circle-slash', color: bad },
  cancelled: { word: 'cancelled', icon: 'circle-slash', color: grey },
};

export const stepLooks: Readonly<Record<StepStatus, Look>> = {
  pending: { word: 'not started', icon: 'circle-outline', color: grey },
  waiting_approval: { word: 'waits for approval', icon: 'debug-pause', color: asks },
  running: { word: 'running', icon: 'loading~spin', color: live },
  succeeded: { word: 'succeeded', icon: 'pass', color: good },
  failed: { word: 'failed', icon: 'error', color: bad },
  skipped: { word: 'skipped', icon: 'debug-step-over', color: grey },
  cancelled: { word: 'cancelled', icon: 'circle-slash', color: grey },
  undone: { word: 'undone', icon: 'discard', color: asks },
  unknown: { word: 'outcome unknown', icon: 'question', color: asks },
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

/** One line on how a run stands, and what it waits for. `runs` are those that are known, for their names. */
export function runSentence(run: RunSummary | RunDetail, runs: readonly RunSummary[] = []): string {
  const { word } = runLooks[run.status];
  const took = run.finishedAt ? ` in ${duration(Date.parse(run.finishedAt) - Date.parse(run.createdAt))}` : '';
  if (!('steps' in run)) return `${word}${took}`;
  const asked = run.approvals.filter(({ status }) => status === 'pending');
  if (run.queued) {
    const behind = runs.find(({ id }) => id === run.queued?.behind);
    return `queued in ${run.queued.group}, waits for ${behind ? `${behind.runbook} of ${clock(behind.createdAt)}` : 'another run'} to end`;
  }
  if (run.status === 'paused') {
    if (run.paused) return `paused by ${run.paused.by} at ${clock(run.paused.at)}`;
    const [question, ...more] = asked.filter(({ kind }) => kind === 'unknown-outcome');
    const held = run.steps.find(isHeld);
    if (held) return `paused: ${oneLine(held.error?.message ?? '')}`;
    if (question)
      return `paused: nobody knows what became of ${more.length > 0 ? `${more.length + 1} steps` : (question.stepName ?? question.step)}`;
  }
  if (run.status === 'waiting_approval' && asked.length > 1) return `waits for ${asked.length} approvals`;
  if (run.rollback) return `${word}${took}, ${run.rollback === 'full' ? 'rolled back' : 'rolled back in part'}`;
  return `${word}${took}`;
}

/** Who may answer and how many have: `for ann, bob`, `1 of 2 approved`; empty where anybody may and one is enough. */
export function approverWords({ approvers, unresolved, min, given, escalatedAt }: ApprovalView): string[] {
  const missing = unresolved ?? [];
  return [
    ...(missing.length > 0 ? [`nobody is called ${missing.join(', ')}`] : []),
    ...(approvers ? [`for ${approvers.join(', ') || 'nobody who is known'}`] : []),
    ...(min === undefined ? [] : [`${given?.length ?? 0} of ${min} approved`]),
    ...(escalatedAt ? [`escalated at ${clock(escalatedAt)}`] : []),
  ];
}

/** Of several: `wait for approval`. */
export const plural = (word: string): string => word.replace(/^waits/, 'wait');

/** The time of a moment of today, else its date. */
export function clock(iso: string): string {
  const date = new Date(iso);
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString();
}

/** One line on how a step stands: `succeeded in 1.2 s`, `failed: The script ended with exit code 3.` */
export function stepSentence(step: StepView): string {
  const { word } = stepLooks[step.status];
  if (step.status === 'failed' && step.error) return `failed: ${oneLine(step.error.message)}`;
  if (step.status === 'succeeded' && step.cachedAt !== undefined) return `succeeded with the result of ${clock(step.cachedAt)}`;
  if (step.status === 'succeeded' && step.durationMs !== undefined) return `succeeded in ${duration(step.durationMs)}`;
  if (isHeld(step)) return `waits: ${oneLine(step.error?.message ?? '')}`;
  if (step.status === 'running' && step.attempts > 1) return `running, attempt ${step.attempts}`;
  return word;
}

/** It has not begun, because the secrets that it needs are locked up. */
export const isHeld = ({ status, error }: StepView): boolean => status === 'running' && error?.code === 'secrets-locked';

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

const ended: readonly RunStatus[] = ['completed', 'failed', 'rejected', 'cancelled'];

/** Whether a run has ended. */
export function isFinal(run: { readonly status: RunStatus }): boolean {
  return ended.includes(run.status);
}
