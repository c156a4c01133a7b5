import { createHash } from 'node:crypto';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Risk, Runbook, Step } from '../../runbook/core/model.ts';
import type { Command, Effect, Outcome } from './command.ts';
import type { KernelEvent } from './event.ts';
import { decide, effects, initial, type Ports, runStatus, type State, stepEntries } from './kernel.ts';
import type { Snapshot } from './snapshot.ts';

export const ports: Ports = { sha256: (text) => createHash('sha256').update(text).digest('hex') };
export const person = { by: 'ann', via: 'cli' };

type More = Partial<Omit<Step, 'path' | 'verb'>>;

const base = (path: string): Omit<Step, 'verb'> => ({
  path,
  line: 1,
  env: {},
  onError: 'stop',
  outputs: {},
  ...(/^[a-z][\w-]*$/.test(path) ? { id: path } : {}),
});

export function runStep(path: string, { script = `echo ${path}`, ...more }: More & { script?: string } = {}): Step {
  return { ...base(path), verb: { kind: 'run', script }, ...more };
}

export function useStep(path: string, action: string, input: Readonly<Record<string, Json>>, more: More = {}): Step {
  return { ...base(path), verb: { kind: 'uses', action, with: input }, ...more };
}

export function gateStep(path: string, approval: { message?: string; timeout?: string } = {}, more: More = {}): Step {
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

  approve(path: string, digest = this.digest(path)): KernelEvent[] {
    return this.tell({ kind: 'approve', path, digest, actor: person });
  }

  reject(path: string, digest = this.digest(path)): KernelEvent[] {
    return this.tell({ kind: 'reject', path, digest, actor: person });
  }

  cancel(): KernelEvent[] {
    return this.tell({ kind: 'cancel', actor: person });
  }

  /** Lets the clock go on and says so. */
  wait(milliseconds: number): KernelEvent[] {
    this.time += milliseconds;
    return this.tell({ kind: 'time-passed' });
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
