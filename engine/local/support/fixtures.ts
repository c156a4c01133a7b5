import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runbook, Step } from '../../../runbook/core/model.ts';
import type { KernelEvent } from '../../kernel/event.ts';
import type { Request } from '../../kernel/request.ts';
import type { Snapshot } from '../../kernel/snapshot.ts';

/** For tests: a state folder of its own, removed afterwards. */
export function temporaryFolder(): { folder: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), 'runwright-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

export function scriptStep(path: string, script: string, more: Partial<Step> = {}): Step {
  return { path, id: path, line: 1, verb: { kind: 'run', script }, env: {}, onError: 'stop', outputs: {}, ...more };
}

export function runbookOf(steps: readonly Step[], more: Partial<Runbook> = {}): Runbook {
  return {
    name: 'Sample',
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

export function snapshotOf(runbook: Runbook, file = '/srv/sample.runbook.yaml'): Snapshot {
  return { runbook, file, fileDigest: 'f'.repeat(64), folder: '/srv', calls: {}, targets: {}, actions: {}, secrets: {} };
}

export function scriptRequest(script: string): Extract<Request, { kind: 'script' }> {
  return { kind: 'script', script, shell: 'bash', workingDirectory: '/srv', env: {}, target: 'local', secretTexts: [] };
}

export function startedEvent(run: string, snapshot: string, time = 1): KernelEvent {
  return { time, kind: 'run-started', run, snapshot, inputs: {}, actor: { by: 'ann', via: 'cli' }, policy: { askFrom: 'high' } };
}
