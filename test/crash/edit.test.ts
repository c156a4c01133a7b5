import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { holes } from '../../engine/connectors/hole.ts';
import { event, fragileEngineFile, Scene } from './support.ts';

const line = (id: string, text = id) => `  - { id: ${id}, run: "echo ${text} >> effects" }`;
const book = (...steps: string[]) => `runbook: v1\nname: Edited\nsteps:\n${steps.join('\n')}\n`;

describe('an engine that is killed while the rest of a run is edited', () => {
  for (const hole of ['before-append', 'after-append'] as const) {
    it(`${hole}: the run has the one text or the other, whole, and no finished step runs twice`, async () => {
      assert.ok(holes.includes(hole));
      // One commit for each start, outcome and order: the edit is among those that are hit.
      for (let times = 1; times <= 3; times++) {
        await using scene = new Scene(fragileEngineFile);
        let client = await scene.client();
        await client.setTrust(scene.workspace, true);
        const file = scene.write('a.runbook.yaml', book(line('one'), '  - { id: ask, approve: {} }', line('two', 'old')));
        const run = await client.start({ file });
        await event(client, run.id, ({ type }) => type === 'approval-requested');
        await client.pause(run.id);
        await scene.kill();
        scene.write('a.runbook.yaml', book(line('one'), line('new'), line('two', 'changed')));
        client = await scene.client('person', { RUNWRIGHT_TEST_HOLE: `${hole}:${times}` });
        await client.edit(run.id).catch(() => undefined);
        await scene.killed();

        client = await scene.client();
        const shown = await client.show(run.id);
        assert.equal(shown.status, 'paused');
        const edited = shown.steps.some(({ id }) => id === 'new');
        // The first commit of that engine is the edit.
        assert.equal(edited, hole === 'after-append' || times > 1);
        const verified = await client.auditVerify();
        assert.deepEqual(verified.damages, []);
        if (!edited) await client.edit(run.id);
        await client.resume(run.id);
        await event(client, run.id, ({ type }) => type === 'run-finished');
        assert.equal((await client.show(run.id)).status, 'completed');
        assert.deepEqual(scene.effects(), { one: 1, new: 1, changed: 1 });
      }
    });
  }
});
