import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from './digest.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { eventOf, harness, person, succeeded } from './support/harness.ts';

const hour = 3_600_000;

describe('a clock that jumps back an hour', () => {
  it('changes no order and loses nothing: no duration is below zero, the chains hold, questions keep their time', async () => {
    using held = temporaryFolder();
    let now = 1_800_000_000_000;
    const journal = new Journal(held.folder);
    const file = join(held.folder, 'a.runbook.yaml');
    writeFileSync(file, 'x');
    const asks = scriptStep('asks', 'c', { approve: { timeout: '10m' } });
    const runbook = runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b', { retry: { attempts: 2, delay: '0s', on: ['any'] } }), asks]);
    const { runtime, connector } = harness({ folder: held.folder, journal, runbook, now: () => now });
    try {
      const { id } = await runtime.start({ file }, person);
      await connector.reached(1);
      now -= hour;
      connector.attempts[0]?.end(succeeded());
      await connector.reached(2);
      connector.attempts[1]?.end({ kind: 'failed', error: { code: 'exit-code', class: 'exit', message: 'm', remedy: 'r' }, exitCode: 1 });
      await connector.reached(3);
      now += 1000;
      connector.attempts[2]?.end(succeeded());
      await eventOf(runtime, id, 'approval-requested');
      now -= hour;
      // A restart in between: what was read from the journal is as it was told.
      const before = await runtime.show(id);
      journal.rebuild();
      assert.deepEqual(await runtime.show(id), before);
      const [question] = before.approvals;
      assert.equal(question?.status, 'pending', 'it does not run out because the clock was set');
      await runtime.approve(id, { step: 'asks', digest: question?.digest ?? '' }, person);
      await connector.reached(4);
      connector.attempts[3]?.end(succeeded());
      await eventOf(runtime, id, 'run-finished');
      const shown = await runtime.show(id);
      assert.equal(shown.status, 'completed');
      assert.deepEqual(
        shown.steps.map((step) => [step.id, step.attempts]),
        [
          ['one', 1],
          ['two', 2],
          ['asks', 1],
        ],
      );
      assert.ok(shown.steps.every(({ durationMs = 0 }) => durationMs >= 0));
      assert.deepEqual(
        journal.read(id).map(({ seq }) => seq),
        journal.read(id).map((_, index) => index + 1),
      );
      assert.deepEqual(journal.verify((json) => digestOf(JSON.parse(json))).damages, []);
    } finally {
      await runtime.stop();
      journal.close();
    }
  });
});
