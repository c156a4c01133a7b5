import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { digestOf } from './digest.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { eventOf, harness, person, succeeded } from './support/harness.ts';

const anHour = 3_600_000;

describe('a clock that jumps back an hour', () => {
  it('while a step runs changes neither the order of events nor the end, and no duration is below zero', async () => {
    using dir = temporaryFolder();
    const file = join(dir.folder, 'a.runbook.yaml');
    writeFileSync(file, 'runbook: v1\n');
    let time = Date.UTC(2026, 9, 25, 2, 59);
    const journal = new Journal(dir.folder);
    const open = () =>
      harness({ folder: dir.folder, journal, runbook: runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b')]), now: () => time });
    const { runtime, connector } = open();
    const { id } = await runtime.start({ file }, person);
    await connector.reached(1);
    time -= anHour;
    connector.attempts[0]?.end(succeeded());
    await connector.reached(2);
    connector.attempts[1]?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
    const run = await runtime.show(id);
    assert.equal(run.status, 'completed');
    assert.deepEqual(
      run.steps.map(({ id, durationMs }) => [id, durationMs]),
      [
        ['one', 0],
        ['two', 0],
      ],
    );
    const events = journal.read(id);
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    assert.deepEqual(journal.verify((json) => digestOf(JSON.parse(json))).damages, []);
    journal.close();
  });
});
