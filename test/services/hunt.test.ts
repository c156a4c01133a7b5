import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { huntSimilarAttacks } from '../../actions/security/hunt_similar_attacks/hunt.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { Json } from '../../runbook/core/json.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

const rule = `title: New account
tags: [attack.t1136.001]
detection:
  selection:
    program|startswith: useradd
    message|re: '^new user: name=\\w+'
  condition: selection
`;

describe('security/hunt_similar_attacks on an SSH host', function () {
  this.timeout(30_000);
  let home: Home;
  let server: Sshd;
  let logs: string;
  let test: TestContext;

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
    logs = join(home.folder, "logs of 'web 1'");
    mkdirSync(logs);
  });
  beforeEach(() => {
    test = testContext({
      connection: { type: 'ssh', host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey },
      environment: { HOME: home.folder },
    });
  });
  afterEach(() => test.remove());
  after(async () => {
    await server?.stop();
    home?.remove();
  });
  const hunt = async (input: Record<string, Json>) => huntSimilarAttacks({ files: [join(logs, '*.log*')], ...input }, test.context);

  it('finds indicators and rules in the files there, also packed ones', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, index) => `Mar  3 10:00:01 web1 nginx[1]: GET /page/${index} from 203.0.113.${index % 250}`,
    );
    lines[15_000] = 'Mar  3 10:00:01 web1 nginx[1]: GET /x from 198.51.100.7';
    lines[15_001] = 'Mar  3 10:00:02 web1 useradd[9]: new user: name=ghost, UID=0';
    writeFileSync(join(logs, 'a.log'), lines.join('\n'));
    writeFileSync(join(logs, 'b.log.1.gz'), gzipSync('Mar  2 09:00:00 web1 named[1]: query: www.evil.example\n'));
    mkdirSync(join(logs, 'folder.log'), { recursive: true });
    const outcome = await hunt({ indicators: ['198.51.100.7', 'evil.example'], rule });
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    assert.deepEqual(
      Object(outcome.outputs.hits).map(({ host, file, line, indicator, rule, technique }: Record<string, Json>) => [
        host,
        file,
        line,
        indicator ?? rule,
        technique,
      ]),
      [
        ['target', join(logs, 'a.log'), 15_001, '198.51.100.7', []],
        ['target', join(logs, 'a.log'), 15_002, 'New account', ['T1136.001']],
        ['target', join(logs, 'b.log.1.gz'), 1, 'evil.example', []],
      ],
    );
    assert.deepEqual(outcome.outputs.errors, []);
  });

  it('says which file may not be read, and searches the others', async () => {
    writeFileSync(join(logs, 'c.log'), 'x');
    chmodSync(join(logs, 'c.log'), 0o000);
    if (process.getuid?.() === 0) writeFileSync(join(logs, 'c.log.gz'), gzipSync('198.51.100.7\n'.repeat(5000)).subarray(0, 40));
    const outcome = await hunt({ files: [join(logs, 'c.log*'), join(logs, 'gone.log')], indicator: '198.51.100.7' });
    assert.ok(outcome.kind === 'succeeded' || outcome.kind === 'failed');
    const errors = Object(outcome.kind === 'succeeded' ? outcome.outputs.errors : []).map(({ code }: Record<string, Json>) => code);
    assert.ok(errors.includes('path-missing'), JSON.stringify(outcome));
    assert.ok(errors.includes(process.getuid?.() === 0 ? 'hunt-file' : 'path-denied'), JSON.stringify(outcome));
  });

  it('fails when no file is named so, or the host is gone', async () => {
    const none = await hunt({ files: [join(logs, '*.nothing')], indicator: '198.51.100.7' });
    assert.ok(none.kind === 'failed' && none.error.code === 'hunt-no-files');
    const other = testContext({
      connection: { type: 'ssh', host: '127.0.0.1', port: 1, user: server.user, key: home.privateKey },
      environment: { HOME: home.folder },
    });
    const lost = await huntSimilarAttacks({ files: ['/var/log/x'], indicator: '198.51.100.7' }, other.context);
    other.remove();
    assert.ok(lost.kind === 'failed' && lost.error.class === 'network', JSON.stringify(lost));
  });
});
