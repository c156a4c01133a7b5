import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf, exit, sandboxes } from './support.ts';

const sandbox = sandboxes();

describe('runwright run --dry-run', () => {
  const text = (marker: string) => `runbook: v1
name: Look ahead
inputs: { name: { required: true } }
steps:
  - id: first
    run: touch ${marker}; echo "word=x" >> "$RUNWRIGHT_OUTPUT"
  - id: each
    for-each: fromJSON('["a","b"]')
    steps:
      - { id: inner, run: "true", env: { WHO: "\${{ inputs.name }} \${{ item }}" } }
  - id: wipe
    run: rm -rf /srv/none
    if: steps.first.outputs.word == 'x'
`;

  it('says of each step what it would do, and does nothing', async () => {
    const box = sandbox();
    const marker = join(box.folder, 'marker');
    const file = await box.write('look.runbook.yaml', text(marker));
    const { code, stdout, stderr } = await box.run(['run', file, '--input', 'name=Ada', '--dry-run']);
    assert.equal(code, exit.completed, stderr);
    assert.match(stdout, /Dry run of Look ahead .*nothing is run/);
    assert.match(stdout, /first \(run\): runs\n {2}target: local\n {2}command: touch /);
    assert.match(stdout, /each \(for-each\): runs\n {2}2 items/);
    assert.match(stdout, / {2}each\[\]\/inner \(run\): may run, for each item of fromJSON/);
    assert.match(stdout, /wipe \(run\): may run\n {2}if steps\.first\.outputs\.word == 'x': not known yet/);
    assert.match(stdout, /known when step first has run/);
    assert.match(stdout, /asks, by the policy/);
    assert.match(stdout, /4 steps: 2 run, 2 may run, 0 skipped, 0 would fail, 1 ask\./);
    assert.equal(existsSync(marker), false);
    assert.deepEqual((await box.json<unknown[]>(['runs'])).value, []);
  });

  it('prints with --json a line for each step and one that stands for the run', async () => {
    const box = sandbox();
    const file = await box.write('look.runbook.yaml', text('/nowhere/at/all'));
    const { code, stdout } = await box.run(['run', file, '--input', 'name=Ada', '--dry-run', '--json']);
    const { events, last } = eventsOf(stdout);
    assert.equal(code, exit.completed);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['plan', 'plan', 'plan', 'plan'],
    );
    assert.deepEqual([last.status, last.id], ['completed', null]);
    assert.deepEqual(
      last.steps.map(({ id, status, attempts }) => [id, status, attempts]),
      [
        ['first', 'pending', 0],
        ['each', 'pending', 0],
        ['each[]/inner', 'pending', 0],
        ['wipe', 'pending', 0],
      ],
    );
  });

  it('ends with 2 for a wrong input or flag, and with 1 where a step would fail', async () => {
    const box = sandbox();
    const file = await box.write('look.runbook.yaml', text('/nowhere'));
    assert.equal((await box.run(['run', file, '--input', 'nmae=Ada', '--dry-run'])).code, exit.usage);
    assert.equal((await box.run(['run', file, '--dry-run'])).code, exit.usage);
    assert.equal((await box.run(['run', file, '--input', 'name=Ada', '--dry-run', '--approve', 'all'])).code, exit.usage);
    const failing = 'runbook: v1\nname: Fails\nsecrets: [TOKEN]\nsteps:\n  - { id: a, run: "true", env: { T: "${{ secrets.TOKEN }}" } }\n';
    const { code, stdout } = await box.run(['run', await box.write('fails.runbook.yaml', failing), '--dry-run']);
    assert.equal(code, exit.failed);
    assert.match(stdout, /a \(run\): would fail\n.*TOKEN/s);
  });
});
