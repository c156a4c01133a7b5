// Opening a run with 100,000 events: what a client asks for first, over the API of a real engine.
import { join } from 'node:path';
import type { KernelEvent } from '../../engine/kernel/event.ts';
import { digestOf } from '../../engine/local/digest.ts';
import { Journal } from '../../engine/local/journal/journal.ts';
import { loadForRun } from '../../engine/local/load.ts';
import { startDaemon } from './daemon.ts';
import { type Figure, figure, timed } from './stats.ts';

const attempts = 49_990;
const steps = 10;
const rounds = 9;

/** Milliseconds: the run as a client shows it, and its first 200 events over the WebSocket. */
export async function openLongRun(folder: string): Promise<{ events: number; show: Figure; firstPage: Figure }> {
  const state = join(folder, 'history');
  const { mkdirSync } = await import('node:fs');
  mkdirSync(state, { mode: 0o700 });
  const id = 'r-long';
  const events = await write(state, id);
  await using daemon = await startDaemon(state);
  const show: number[] = [];
  const firstPage: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const shown = await timed(() => daemon.client.show(id));
    const page = await timed(
      () =>
        new Promise<void>((done) => {
          let seen = 0;
          const stop = daemon.client.follow(
            { run: id },
            {
              event() {
                if (++seen !== 200) return;
                stop();
                done();
              },
            },
          );
        }),
    );
    if (round === 0) continue;
    show.push(shown);
    firstPage.push(page);
  }
  return { events, show: figure(show), firstPage: figure(firstPage) };
}

/** A run of ten steps that were tried again and again, as a loop that waits for something does; it ended. Answers the number of events. */
async function write(state: string, id: string): Promise<number> {
  const file = join(state, 'long.runbook.yaml');
  const text = `runbook: v1\nname: Long\nsteps:\n${Array.from({ length: steps }, (_, index) => `  - { id: s${index}, run: "true" }\n`).join('')}`;
  const runbook = loadForRun(text, file, []);
  const snapshot = { runbook, file, fileDigest: '0'.repeat(64), folder: state, calls: {}, targets: {}, actions: {}, secrets: {} };
  const digest = digestOf(snapshot);
  const error = { code: 'exit-code', class: 'exit', message: 'The script ended with exit code 75.', remedy: 'See its output.' } as const;
  const request = {
    kind: 'script',
    script: 'true',
    shell: 'bash',
    workingDirectory: state,
    env: {},
    target: 'local',
    secretTexts: [],
  } as const;
  const journal = new Journal(state);
  let seq = 0;
  const append = async (events: readonly KernelEvent[]) => {
    await journal.append(id, seq, events, seq === 0 ? { digest, snapshot, environment: {} } : undefined);
    seq += events.length;
  };
  const actor = { by: 'bench', via: 'api' };
  await append([
    { time: 1, kind: 'run-started', run: id, snapshot: digest, inputs: {}, actor, policy: { askFrom: 'high' } },
    { time: 1, kind: 'phase-entered', phase: 'steps' },
  ]);
  for (let done = 0; done < attempts; ) {
    const page: KernelEvent[] = [];
    for (; page.length < 2000 && done < attempts; done++) {
      const path = `s${Math.floor((done * steps) / attempts)}`;
      page.push({ time: done, kind: 'step-started', path, attempt: done + 1, digest, request, risk: 'medium' });
      page.push({ time: done, kind: 'step-failed', path, attempt: done + 1, error, exitCode: 75, retryAt: done });
    }
    await append(page);
  }
  const last = { time: attempts, path: '', attempt: attempts, exitCode: 0, outputs: { stdout: 'done', stderr: '' } } as const;
  for (let index = 0; index < steps; index++) await append([{ ...last, kind: 'step-succeeded', path: `s${index}` }]);
  await append([{ time: attempts, kind: 'run-finished', status: 'completed', outputs: {} }]);
  journal.close();
  return seq;
}
