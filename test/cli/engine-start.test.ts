import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exit, sandboxes } from './support.ts';

describe('an engine that a command starts', () => {
  const sandbox = sandboxes();

  it('keeps its compiled code beside its copy, and says nothing of that to scripts', async () => {
    const box = sandbox();
    const file = await box.write('env.runbook.yaml', 'runbook: v1\nname: Env\nsteps:\n  - { id: a, run: env }\n');
    const { code, stdout } = await box.run(['run', file]);
    assert.equal(code, exit.completed);
    assert.match(stdout, /PATH=/);
    assert.doesNotMatch(stdout, /COMPILE_CACHE/);
    const [copy = ''] = readdirSync(join(box.state, 'engine'));
    assert.ok(readdirSync(join(box.state, 'engine', copy, 'compiled'), { recursive: true }).length > 1);
  });

  it('says at the end why a run failed of which no step did', async () => {
    const box = sandbox();
    const loop = '  - { id: l, for-each: "fromJSON(\'[1,2,3,4,5,6]\')", steps: [{ set: { n: 1 } }] }';
    const file = await box.write('long.runbook.yaml', `runbook: v1\nname: Long\nsteps:\n${loop}\n`);
    const { code, stdout } = await box.run(['run', file], { env: { RUNWRIGHT_MAX_STEPS: '5' } });
    assert.equal(code, exit.failed);
    assert.match(stdout, /failed in .*\nThe run r-\S+ has come to 5 steps.*\nLook for a loop/);
  });
});
