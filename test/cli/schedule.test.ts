import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleView } from '../../protocol/schedule.ts';
import { exit, sandboxes } from './support.ts';

interface Kept {
  until: number;
}

describe('a schedule', () => {
  const sandbox = sandboxes();

  it('is added by a person, makes up for a missed time after a restart, asks for scripts, and is removed', async () => {
    const file = await sandbox().write(
      'nightly.runbook.yaml',
      `runbook: v1
name: Nightly
inputs: { level: { type: integer, required: true } }
triggers:
  - schedule: { cron: "* * * * *", with: { level: 3 } }
steps:
  - { id: pause, wait: 10ms }
  - { id: script, run: "true" }
`,
    );
    const untrusted = await sandbox().run(['schedule', 'add', file]);
    assert.equal(untrusted.code, exit.refused, untrusted.stderr);
    await sandbox().run(['trust', sandbox().folder]);
    const { value: added } = await sandbox().json<ScheduleView>(['schedule', 'add', file, '--json']);
    assert.deepEqual([added.runbook, added.schedules], ['Nightly', [{ cron: '* * * * *', timezone: 'UTC', with: { level: 3 } }]]);
    assert.ok(Date.parse(added.next ?? '') > Date.now());

    // As if no engine had been there for an hour.
    await sandbox().run(['engine', 'stop']);
    const list = join(sandbox().state, 'schedules.json');
    const [kept, ...others] = JSON.parse(await readFile(list, 'utf8')) as Kept[];
    assert.deepEqual(others, []);
    await writeFile(list, JSON.stringify([{ ...kept, until: (kept?.until ?? 0) - 3_600_000 }]));

    const views = JSON.parse((await sandbox().run(['schedule', 'list', '--json'])).stdout) as ScheduleView[];
    const { last } = views[0] ?? {};
    assert.match(last?.digest ?? '', /^[0-9a-f]{64}$/);
    const show = async () =>
      JSON.parse((await sandbox().run(['show', last?.run ?? '', '--json'])).stdout) as {
        status: string;
        inputs: unknown;
        requestedBy: string;
        steps: { id: string; status: string }[];
      };
    for (let run = await show(); run.status === 'running'; run = await show()) await sleep(50);
    const run = await show();
    assert.deepEqual([run.status, run.inputs, run.requestedBy], ['waiting_approval', { level: 3 }, 'schedule']);
    assert.deepEqual(
      run.steps.map(({ id, status }) => [id, status]),
      [
        ['pause', 'succeeded'],
        ['script', 'waiting_approval'],
      ],
    );

    await rm(file);
    const gone = await sandbox().run(['schedule', 'list']);
    assert.ok(gone.stdout.includes('cannot run now'), gone.stdout);
    assert.equal((await sandbox().run(['schedule', 'remove', file])).code, exit.completed);
    assert.equal((await sandbox().run(['schedule', 'remove', file])).code, exit.unknown);
    assert.ok((await sandbox().run(['schedule', 'list'])).stdout.startsWith('Nothing is scheduled'));
  });

  it('is refused for a runbook that has none, and for inputs that do not fit', async () => {
    await mkdir(sandbox().folder, { recursive: true });
    await sandbox().run(['trust', sandbox().folder]);
    const none = await sandbox().write('none.runbook.yaml', 'runbook: v1\nname: None\nsteps: []\n');
    assert.equal((await sandbox().run(['schedule', 'add', none])).code, exit.usage);
    const lacks = await sandbox().write(
      'lacks.runbook.yaml',
      'runbook: v1\nname: Lacks\ninputs: { n: { type: integer, required: true } }\ntriggers: [{ schedule: { cron: "0 3 * * *" } }]\nsteps: [{ id: a, wait: 1s }]\n',
    );
    const refused = await sandbox().run(['schedule', 'add', lacks]);
    assert.equal(refused.code, exit.usage);
  });
});
