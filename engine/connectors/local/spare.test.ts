import assert from 'node:assert/strict';
import { once } from 'node:events';
import { localConnector } from './connector.ts';
import { attemptOf, removeFolders, supervisorPath } from './fixture.ts';
import { processes } from './processes.ts';
import { readClaim } from './records.ts';
import { Supervisors } from './spare.ts';

describe('the supervisor that is started before it is needed', () => {
  afterEach(removeFolders);

  it('is the one that the next script gets, and is not the one of the script before', async () => {
    const local = localConnector({ supervisorPath });
    const holders: (number | undefined)[] = [];
    for (const word of ['one', 'two']) {
      const attempt = attemptOf(`echo ${word}`);
      const outcome = await local.run(attempt);
      assert.equal(outcome.kind === 'succeeded' && outcome.outputs.stdout, word);
      holders.push(readClaim(attempt.folder).holder?.pid);
    }
    assert.notEqual(holders[0], holders[1]);
  });

  it('that was killed while it waited costs nothing but the wait: the script runs, once', async () => {
    const supervisors = new Supervisors(supervisorPath);
    const first = supervisors.take();
    const second = supervisors.take();
    assert.deepEqual([first.spare, second.spare], [false, true]);
    const { pid = 0 } = second.supervisor;
    const gone = once(second.supervisor, 'exit');
    processes.signalGroup(pid, 'SIGKILL');
    await gone;
    const { supervisor, spare } = supervisors.take();
    assert.equal(spare, true);
    assert.notEqual(supervisor.pid, pid);
    for (const one of [first.supervisor, supervisor]) one.stdin.end();
  });

  it('ends when nobody needs it for a while, and begins nothing', async () => {
    const supervisors = new Supervisors(supervisorPath, 1);
    const { supervisor } = supervisors.take();
    supervisor.stdin.end();
    const [code] = await once(supervisor, 'exit');
    assert.equal(code, 1, 'it had no job');
    // Its time is over by now.
    const again = supervisors.take();
    assert.equal(again.spare, false);
    again.supervisor.stdin.end();
  });
});
