import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectEngine } from '../../client/connect.ts';
import { exit, sandboxes } from '../cli/support.ts';
import { alive, until } from '../crash/support.ts';
import { canary, commandLines, filesIn, foundIn } from '../support/canary.ts';
import { Postgres } from './support/postgres.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

const quoted = canary.replaceAll("'", "''");

describe('a secret that goes to other machines', function () {
  this.timeout(120_000);
  const sandbox = sandboxes();
  let home: Home;
  let host: Sshd;
  let database: Postgres;

  before(async () => {
    home = makeHome();
    [host, database] = await Promise.all([startSshd(home), Postgres.start()]);
    await database.admin(`CREATE ROLE canary LOGIN PASSWORD '${quoted}'`);
  });
  after(async () => {
    await host?.stop();
    await database?.dispose();
    home?.remove();
  });

  const runbook = (folder: string) => `runbook: v1
name: Canary abroad
secrets: [canary, edge_key]
targets:
  edge: { type: ssh, host: 127.0.0.1, port: ${host.port}, user: ${host.user}, key: "\${{ secrets.edge_key }}", fingerprint: "${host.fingerprint}" }
  asks: { type: ssh, host: 127.0.0.1, port: ${host.port}, user: nobody-here, password: "\${{ secrets.canary }}", fingerprint: "${host.fingerprint}" }
  db: { type: postgres, host: localhost, port: ${database.port}, user: canary, password: "\${{ secrets.canary }}", database: app }
  other: { type: postgres, host: localhost, port: ${database.port}, user: app, password: "\${{ secrets.canary }}", database: app }
steps:
  - id: there
    target: edge
    env: { C: "\${{ secrets.canary }}" }
    run: |
      echo "there $C"
      printf %s "\${C:0:5}"; sleep 0.1; printf '%s\\n' "\${C:5}"
      printf %s "$C" | base64; printf %s "$C" | od -An -tx1 | tr -d ' \\n'; echo
      echo "err $C" >&2
      echo "got=$C" >> "$RUNWRIGHT_OUTPUT"
      echo began
      until [ -e ${folder}/looked ]; do sleep 0.02; done
  - id: fails
    target: edge
    on-error: continue
    env: { C: "\${{ secrets.canary }}" }
    run: |
      "$C-no-such-command"
  - { id: login, on-error: continue, target: asks, run: "true" }
  - { id: rows, target: db, uses: sql/query, with: { query: "SELECT $1::text AS t, encode($1::bytea, 'base64') AS b, encode($1::bytea, 'hex') AS h", params: ["\${{ secrets.canary }}"] } }
  - { id: cast, on-error: continue, target: db, uses: sql/query, with: { query: "SELECT $1::text::int AS n", params: ["\${{ secrets.canary }}"] } }
  - { id: wrong, on-error: continue, target: other, uses: sql/query, with: { query: SELECT 1 } }
outputs: { got: "\${{ steps.there.outputs.got }}", all: "\${{ steps.there.outputs.stdout }}" }
`;

  it('is in no file, answer, output, command line or core file here', async function () {
    if (process.platform === 'win32') return this.skip();
    const box = sandbox();
    for (const [name, input] of [
      ['canary', canary],
      ['edge_key', home.privateKey],
    ] as const)
      assert.equal((await box.run(['secrets', 'set', name], { input })).code, exit.completed);
    const file = await box.write('canary.runbook.yaml', runbook(box.folder));
    const client = await connectEngine({ stateFolder: box.state, version: '0' });
    const command = box.start(['run', file, '--approve', 'all'], { env: { HOME: home.folder } });
    await command.sees('began');
    // The log of the journal as it is while the step runs, and every process.
    const during = [
      ...foundIn('command lines', commandLines()),
      ...filesIn(box.state).flatMap((path) => foundIn(`${path} while it ran`, readFileSync(path, 'latin1'))),
    ];
    await box.write('looked', '');
    const run = await command.ended;
    assert.equal(run.code, exit.completed, run.stdout + run.stderr);
    const [{ id } = { id: '' }] = await client.list();
    const detail = await client.show(id);
    assert.deepEqual(
      detail.steps.map((step) => [step.id, step.status, step.error?.code]),
      [
        ['there', 'succeeded', undefined],
        ['fails', 'failed', 'exit-code'],
        ['login', 'failed', 'ssh-auth'],
        ['rows', 'succeeded', undefined],
        ['cast', 'failed', 'sql-refused'],
        ['wrong', 'failed', 'sql-login'],
      ],
    );
    const outputs = await Promise.all(detail.steps.map((step) => client.output(id, step.id)));
    const { pid } = client.health;
    client.close();
    if (process.platform === 'linux') {
      const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
      assert.match(limits, /Max core file size +0 /, 'an engine that is aborted writes no core');
    }
    process.kill(pid, 'SIGABRT');
    await until(() => !alive(pid));
    assert.deepEqual(
      filesIn(box.state).filter((path) => /^core(\.|$)/.test(path.slice(path.lastIndexOf('/') + 1))),
      [],
    );
    const leaks = [
      ...during,
      ...foundIn('run', run.stdout + run.stderr),
      ...foundIn('API', JSON.stringify([detail, outputs]).replaceAll('\\"', '"')),
      ...filesIn(box.state).flatMap((path) => foundIn(path, readFileSync(path, 'latin1'))),
    ];
    assert.deepEqual(leaks, []);
    assert.ok(JSON.stringify(outputs).includes('there ***'), 'the step did show something');
    assert.ok(existsSync(join(box.state, 'journal.db')));
  });
});
