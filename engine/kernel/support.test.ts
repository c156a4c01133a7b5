import { createHash } from 'node:crypto';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Approval, Risk, Runbook, Step, Verb } from '../../runbook/core/model.ts';
import type { Command, Effect, Outcome } from './command.ts';
import type { KernelEvent } from './event.ts';
import { decide, effects, initial, type Ports, runStatus, type State, stepEntries } from './kernel.ts';
import type { Snapshot } from './snapshot.ts';

export const ports: Ports = { sha256: (text) => createHash('sha256').update(text).digest('hex') };
export const person = { by: 'ann', via: 'cli' };

type More = Partial<Omit<Step, 'path' | 'verb'>>;

/** The last part of a path is the id, unless it is counted. */
const base = (path: string): Omit<Step, 'verb'> => {
  const id = path.split('/').at(-1) ?? '';
  return {
    path,
    line: 1,
    env: {},
    onError: 'stop',
    outputs: {},
    ...(/^[a-z][\w-]*$/.test(id) && !path.startsWith('undo/') ? { id } : {}),
  };
};

export function verbStep(path: string, verb: Verb, more: More = {}): Step {
  return { ...base(path), verb, ...more };
}

export const parallel = (
  path: string,
  steps: readonly Step[],
  verb: { maxParallel?: number; failFast?: boolean } = {},
  more: More = {},
): Step => verbStep(path, { kind: 'parallel', steps, ...verb }, more);

export const forEach = (
  path: string,
  list: string,
  steps: readonly Step[],
  verb: { as?: string; maxParallel?: number } = {},
  more: More = {},
): Step => verbStep(path, { kind: 'for-each', list, as: 'item', steps, ...verb }, more);

export const repeat = (
  path: string,
  until: string,
  steps: readonly Step[],
  verb: { max?: number; delay?: string } = {},
  more: More = {},
): Step => verbStep(path, { kind: 'repeat', until, steps, ...verb }, more);

export const call = (path: string, file: string, input: Readonly<Record<string, Json>> = {}, more: More = {}): Step =>
  verbStep(path, { kind: 'call', file, with: input }, more);

export const set = (path: string, values: Readonly<Record<string, Json>>, more: More = {}): Step =>
  verbStep(path, { kind: 'set', values }, more);

/** Runbooks by the name that `call` gives them, beside the one of the test. */
export function callsOf(books: Readonly<Record<string, Runbook>>): Snapshot['calls'] {
  return Object.fromEntries(
    Object.entries(books).map(([name, runbook]) => [`/w/${name}`, { runbook, file: `/w/${name}`, fileDigest: 'f', folder: '/w' }]),
  );
}

export function runStep(path: string, { script = `echo ${path}`, ...more }: More & { script?: string } = {}): Step {
  return { ...base(path), verb: { kind: 'run', script }, ...more };
}

export function useStep(path: string, action: string, input: Readonly<Record<string, Json>>, more: More = {}): Step {
  return { ...base(path), verb: { kind: 'uses', action, with: input }, ...more };
}

export function gateStep(path: string, approval: Approval = {}, more: More = {}): Step {
  return { ...base(path), verb: { kind: 'approve', approval }, ...more };
}

export function runbookOf(steps: readonly Step[], more: Partial<Runbook> = {}): Runbook {
  return {
    name: 'test',
    inputs: {},
    secrets: [],
    targets: {},
    env: {},
    defaults: {},
    triggers: [],
    steps,
    verify: [],
    onFailure: 'stop',
    onCancel: [],
    finally: [],
    outputs: {},
    ...more,
  };
}

export function manifest(name: string, risk: Risk = 'low', idempotent: ActionManifest['idempotent'] = false): ActionManifest {
  return { name, description: name, category: 'integration', complexity: 'simple', risk, idempotent, inputs: {}, outputs: {}, estimate: 1 };
}

export function snapshotOf(runbook: Runbook, more: Partial<Snapshot> = {}): Snapshot {
  return {
    runbook,
    file: '/w/test.runbook.yaml',
    fileDigest: 'f',
    folder: '/w',
    calls: {},
    targets: {},
    actions: {},
    secrets: {},
    ...more,
  };
}

export const ok = (outputs: Readonly<Record<string, Json>> = {}): Outcome => ({ kind: 'succeeded', outputs, exitCode: 0 });
export const exit = (code: number): Outcome => ({
  kind: 'failed',
  error: problem('exit-code', { code }),
  exitCode: code,
  outputs: { 'exit-code': code },
});
export const timedOut: Outcome = { kind: 'failed', error: problem('step-timeout', { timeout: '5m' }) };

type Told = Command extends infer C ? (C extends Command ? Omit<C, 'time'> : never) : never;

/** A run under a clock that the test turns, with every event that came of it. */
export class Run {
  readonly state: State;
  readonly events: KernelEvent[] = [];
  time = 1_000;

  constructor(runbook: Runbook, snapshot: Partial<Snapshot> = {}, start: Partial<Extract<Command, { kind: 'start' }>> = {}) {
    this.state = initial(snapshotOf(runbook, snapshot), 'digest');
    this.tell({
      kind: 'start',
      run: 'run-1',
      snapshot: 'digest',
      inputs: {},
      actor: person,
      policy: { askFrom: 'high' },
      ...start,
    } as Told);
  }

  tell(command: Told): KernelEvent[] {
    const events = decide(this.state, { time: this.time, ...command } as Command, ports);
    this.events.push(...events);
    return events;
  }

  end(path: string, outcome: Outcome = ok(), attempt = this.state.steps[path]?.attempts ?? 1, random = 0): KernelEvent[] {
    return this.tell({ kind: 'attempt-ended', path, attempt, outcome, random });
  }

  digest(path: string): string {
    const at = this.state.steps[path]?.at;
    return at !== undefined && 'digest' in at ? at.digest : '';
  }

  approve(path: string, digest = this.digest(path), by = person.by): KernelEvent[] {
    return this.tell({ kind: 'approve', path, digest, actor: { by, via: 'cli' } });
  }

  reject(path: string, digest = this.digest(path)): KernelEvent[] {
    return this.tell({ kind: 'reject', path, digest, actor: person });
  }

  cancel(): KernelEvent[] {
    return this.tell({ kind: 'cancel', actor: person });
  }

  /** Ends what runs, well, until nothing runs any more. */
  endAll(outcome: Outcome = ok()): void {
    for (let running = this.running; running.length > 0; running = this.running) for (const path of running) this.end(path, outcome);
  }

  get running(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === 'run-attempt' ? [effect.path] : []));
  }

  /** Lets the clock go on and says so. */
  wait(milliseconds: number): KernelEvent[] {
    this.time += milliseconds;
    return this.tell({ kind: 'time-passed' });
  }

  get cause() {
    const root = this.state.frames[''];
    return root?.kind === 'runbook' ? root.cause : undefined;
  }

  get status(): string {
    return runStatus(this.state);
  }

  get effects(): Effect[] {
    return effects(this.state);
  }

  /** `run-attempt a, cancel-attempt a`: the effects in short. */
  get doing(): string {
    return this.effects.map((effect) => (effect.kind === 'wake' ? `wake ${effect.at}` : `${effect.kind} ${effect.path}`)).join(', ');
  }

  get steps(): Record<string, string> {
    return Object.fromEntries(stepEntries(this.state).map(({ path, status }) => [path, status]));
  }

  kinds(): string[] {
    return this.events.map((event) => ('path' in event ? `${event.kind} ${event.path}` : event.kind));
  }

  /** Paths in the order in which they were started. */
  started(): string[] {
    return this.events.flatMap((event) => (event.kind === 'step-started' ? [event.path] : []));
  }

  get finished(): Extract<KernelEvent, { kind: 'run-finished' }> | undefined {
    return this.events.find((event) => event.kind === 'run-finished');
  }
}
