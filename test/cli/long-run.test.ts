import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectEngine } from '../../client/connect.ts';
import type { RunDetail } from '../../protocol/run.ts';
import { eventsOf, exit, sandboxes } from './support.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string };

describe('a run of many steps', () => {
  const sandbox = sandboxes();

  it('is given without the steps that went well to who asks for a few, and whole to everybody else', async () => {
    const file = await sandbox().write(
      'many.runbook.yaml',
      'runbook: v1\nname: Many\nsteps:\n  - id: each\n    repeat: { until: "${{ false }}", max: 20 }\n    steps:\n      - { id: note, set: { n: 1 } }\n      - { id: odd, if: "${{ false }}", set: { n: 2 } }\n',
    );
    const { code, stdout } = await sandbox().run(['run', file, '--json']);
    assert.equal(code, exit.failed);
    const { last } = eventsOf(stdout);
    const client = await connectEngine({ version, stateFolder: sandbox().state });
    try {
      const whole: RunDetail = await client.show(last.id);
      assert.equal(whole.stepsLeftOut, undefined);
      assert.ok(whole.steps.length > 40);
      const few = await client.show(last.id, { most: 10 });
      const bad = whole.steps.filter(({ status, error }) => (status !== 'succeeded' && status !== 'skipped') || error !== undefined);
      assert.deepEqual(few.steps, bad);
      assert.equal(few.stepsLeftOut, whole.steps.length - bad.length);
      assert.deepEqual(few.errors, whole.errors);
      assert.deepEqual(await client.show(last.id, { most: 1000 }), whole);
      await assert.rejects(client.show(last.id, { most: 0 }), /most/);
    } finally {
      client.close();
    }
  });
});
