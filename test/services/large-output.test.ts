import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sshConnector } from '../../engine/connectors/ssh/connector.ts';
import { attemptOn, outputs } from './support/ssh-attempt.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

/** `RUNWRIGHT_LARGE=1` sends all of two gibibytes, which takes more than a minute. */
const size = process.env.RUNWRIGHT_LARGE ? 2 * 1024 ** 3 : 256 * 1024 ** 2;

describe('output without end', function () {
  this.timeout(300_000);
  let home: Home;
  let server: Sshd;
  const ssh = sshConnector({ grace: 400, patience: 5000, idle: 2000, timeout: 10_000 });
  before(async () => {
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
  });
  after(async () => {
    ssh.pool.close();
    await server?.stop();
    home?.remove();
  });

  it('of a script on an SSH host passes through: it ends well, and neither memory nor disk holds all of it', async () => {
    const edge = { host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey };
    const given = attemptOn(home, edge, `head -c ${size} /dev/zero\necho "done=1" >> "$RUNWRIGHT_OUTPUT"`, {
      secrets: ['a-secret-value'],
    });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 50);
    const outcome = await ssh.run({ ...given, output: () => undefined });
    clearInterval(watch);
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome).slice(0, 500));
    assert.deepEqual([outputs(outcome).done, outputs(outcome)['too-large']], ['1', ['stdout']]);
    assert.ok(statSync(join(given.folder, 'stdout')).size < 9_000_000);
    assert.ok(most < 1024 ** 3, `memory went up to ${most} bytes`);
  });
});
