import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Runbook } from '../../../runbook/core/model.ts';
import type { Command, Effect, Outcome } from '../../kernel/command.ts';
import { decide, effects, initial, runStatus, type State, stepEntries } from '../../kernel/kernel.ts';
import { digestOf, sha256 } from '../digest.ts';
import { runbookOf, scriptStep, snapshotOf, temporaryFolder } from '../support/fixtures.ts';
import { showRun } from '../views.ts';
import { Journal } from './journal.ts';
import { projectionTables } from './schema.ts';

const undo = (path: string) => ({ undo: { ...scriptStep(`undo/${path}`, 'u'), id: undefined } as never });
const runbook: Runbook = runbookOf(
  [
    scriptStep('plain', 'a', { ...undo('plain'), retry: { attempts: 2, delay: '1s', on: ['any'] } }),
    scriptStep('asks', 'b', { approve: { timeout: '1h' }, ...undo('asks') }),
    scriptStep('maybe', 'c', { if: 'inputs.go == true', onError: 'continue' }),
    { path: 'gate', id: 'gate', line: 9, verb: { kind: 'approve', approval: {} }, env: {}, onError: 'stop', outputs: {} },
  ],
  { verify: [{ ...scriptStep('verify/v', 'd'), id: 'v' }], onFailure: 'rollback', finally: [{ ...scriptStep('finally/f', 'e'), id: 'f' }] },
);
const actor = { by: 'ann', via: 'cli' };

/** What the world may do next in a state, chosen by one number. */
function commandFor(state: State, choice: number, time: number): Command {
  const pick = <T>(...from: readonly T[]): T => from[choice % from.length] as T;
  if (choice % 17 === 0) return { kind: 'cancel', actor, time };
  for (const path of Object.keys(state.active)) {
    const at = state.steps[path]?.at;
    if (at?.kind === 'waiting') {
      const decision = { path, digest: at.digest, actor, time };
      return pick<Command>(
        { kind: 'approve', ...decision },
        { kind: 'approve', ...decision },
        { kind: 'reject', ...decision },
        { kind: 'time-passed', time: at.expiresAt ?? time },
      );
    }
    if (at?.kind === 'unknown') return { kind: 'answer', path, answer: pick('succeeded', 'failed', 'repeat'), actor, time };
  }
  const attempt = effects(state).find((effect): effect is Extract<Effect, { kind: 'run-attempt' }> => effect.kind === 'run-attempt');
  if (!attempt) return { kind: 'time-passed', time: time + 3_600_000 };
  const error = { code: 'exit-code', class: 'exit', message: 'm', remedy: 'r' } as const;
  const outcome = pick<Outcome | undefined>(
    { kind: 'succeeded', outputs: { n: choice } },
    { kind: 'succeeded', outputs: {} },
    { kind: 'failed', error, exitCode: 3 },
    { kind: 'cancelled' },
    undefined,
  );
  const of = { path: attempt.path, attempt: attempt.attempt, time };
  return outcome ? { kind: 'attempt-ended', ...of, outcome, random: 0.5 } : { kind: 'attempt-lost', ...of };
}

describe('projections', () => {
  it('say after every append what the kernel says, and are the same when rebuilt', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    const snapshot = snapshotOf(runbook);
    const digest = digestOf(snapshot);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 30 }), fc.boolean(), async (choices, go) => {
        const run = `r-${++count}`;
        const state = initial(snapshot, digest);
        let seq = 0;
        let time = 1000;
        const send = async (command: Command) => {
          const events = decide(state, command, { sha256 });
          if (events.length === 0) return;
          await journal.append(run, seq, events, seq === 0 ? { digest, snapshot, environment: {} } : undefined);
          seq += events.length;
          const shown = showRun(journal.db, run);
          assert.equal(shown?.status, runStatus(state));
          assert.deepEqual(
            shown?.steps.map(({ id, status, attempts }) => [id, status, attempts]),
            stepEntries(state).map(({ path, status, step }) => [path, status, step?.attempts ?? 0]),
          );
          const asking = shown?.approvals.filter(({ status }) => status === 'pending').map(({ step }) => step);
          assert.deepEqual(
            asking,
            Object.keys(state.active).filter((path) => ['waiting', 'unknown'].includes(state.steps[path]?.at.kind ?? '')),
          );
        };
        await send({ kind: 'start', time, run, snapshot: digest, inputs: { go }, actor, policy: { askFrom: 'high' } });
        for (const choice of choices) if (!state.finished) await send(commandFor(state, choice, ++time));
      }),
      { numRuns: 60 },
    );
    const tables = () => projectionTables.map((table) => journal.db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
    const before = tables();
    journal.rebuild();
    assert.deepEqual(tables(), before);
    journal.close();
  });
});
