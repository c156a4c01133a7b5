// The engine without its process and its API: the journal, the kernel, the connectors, and one action that does nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ActionTable } from '../../engine/connectors/action-connector.ts';
import type { State } from '../../engine/kernel/kernel.ts';
import { composeRuntime } from '../../engine/local/compose.ts';
import { Journal } from '../../engine/local/journal/journal.ts';
import type { Caller } from '../../engine/local/parts.ts';
import type { LocalRuntime } from '../../engine/local/runtime.ts';

const supervisorPath = resolve(import.meta.dirname, '../../dist/supervisor.cjs');
export const person: Caller = { subject: 'bench', scopes: ['read', 'request', 'approve'] };

/** Safe to repeat, as the steps of the neighbours are by their contract. */
const actions: ActionTable = {
  'bench/nothing': {
    manifest: {
      name: 'bench/nothing',
      description: 'Does nothing.',
      category: 'processing',
      complexity: 'simple',
      risk: 'low',
      idempotent: true,
      inputs: { type: 'object', additionalProperties: false },
      outputs: { done: { type: 'boolean', description: 'True.' } },
      estimate: 0,
      example: {},
    },
    code: async () => ({ kind: 'succeeded', outputs: { done: true } }),
  },
};

export interface BenchEngine extends AsyncDisposable {
  readonly folder: string;
  readonly journal: Journal;
  readonly runtime: LocalRuntime<State>;
  /** Writes a runbook of these steps (YAML flow maps) and answers its path. */
  runbook(name: string, steps: readonly string[]): string;
  /** Resolves when the run has ended, with the milliseconds from its first step to its end. */
  ended(run: string): Promise<number>;
}

export async function openEngine(folder: string): Promise<BenchEngine> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const journal = new Journal(folder);
  const runtime = await composeRuntime({ folder, journal, supervisorPath, actions, log: (text) => console.error(text) });
  return {
    folder,
    journal,
    runtime,
    runbook(name, steps) {
      const file = join(folder, `${name}.runbook.yaml`);
      writeFileSync(file, `runbook: v1\nname: ${name}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
      return file;
    },
    ended: (run) =>
      new Promise((done, failed) => {
        let first: number | undefined;
        const stop = runtime.follow(
          { run, after: 0 },
          {
            event({ type, status }) {
              if (type === 'step-started') first ??= performance.now();
              if (type !== 'run-finished') return;
              stop();
              if (status === 'completed') done(performance.now() - (first ?? Number.NaN));
              else failed(new Error(`the run ${run} ended ${status}`));
            },
            live: () => undefined,
          },
        );
      }),
    async [Symbol.asyncDispose]() {
      await runtime.stop();
      journal.close();
    },
  };
}
