import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from '../../client/connect.ts';
import { exit, sandboxes } from './support.ts';

const token = `canary-${Date.now()}-out-9f3e`;
const forms = [token, Buffer.from(token).toString('hex'), Buffer.from(token).toString('base64').slice(0, -4), token.slice(-12)];

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function commandLines(): string {
  if (process.platform !== 'linux') return '';
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      } catch {
        return '';
      }
    })
    .join('\n');
}

describe('a secret output', () => {
  const sandbox = sandboxes();

  it('is used by later steps, after a killed engine too, and is in no file, answer, output or command line', async function () {
    if (process.platform === 'win32') return this.skip();
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization ?? '');
      // The answer says it back, in its body and as JSON.
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ access: { token }, other: 'plain' }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // In two parts, so that the runbook itself does not hold it.
    const half = token.length - 5;
    const file = await sandbox().write(
      'outputs.runbook.yaml',
      `runbook: v1
name: Secret outputs
steps:
  - id: login
    run: |
      A=${token.slice(0, half)}; B=${token.slice(half)}
      echo "token=$A$B" >> "$RUNWRIGHT_OUTPUT"
      echo "after $A$B"
    secret-outputs: [token]
  - id: whole
    run: |
      printf '%s%s\\n' ${token.slice(0, half)} ${token.slice(half)}
    secret-outputs: [stdout]
  - id: gate
    approve: { message: Go on? }
  - id: shows
    env: { T: "\${{ steps.login.outputs.token }}", W: "\${{ steps.whole.outputs.stdout }}" }
    run: |
      [ "$T" = "$W" ] || exit 9
      echo "plain $T"; echo "err $T" >&2; printf %s "$T" | base64; printf %s "$T" | od -An -tx1 | tr -d ' \\n'; echo
      echo "got=$T" >> "$RUNWRIGHT_OUTPUT"
      until [ -e looked ]; do sleep 0.02; done
  - id: http
    uses: http/request
    with: { url: "http://127.0.0.1:${port}/", headers: { Authorization: "Bearer \${{ steps.login.outputs.token }}" } }
    secret-outputs: [json]
  - id: again
    uses: http/request
    with: { url: "http://127.0.0.1:${port}/", headers: { Authorization: "Part \${{ steps.http.outputs.json.access.token }}" } }
    secret-outputs: [json, body]
outputs: { got: "\${{ steps.shows.outputs.got }}", body: "\${{ steps.http.outputs.body }}" }
`,
    );
    const first = await sandbox().run(['run', file]);
    assert.equal(first.code, exit.waiting, first.stderr);
    const before = await connectEngine({ stateFolder: sandbox().state, version: '0' });
    process.kill(before.health.pid, 'SIGKILL');
    before.close();
    const started = await sandbox().run(['runs', '--json']);
    const [{ id } = { id: '' }] = JSON.parse(started.stdout) as { id: string }[];
    const client = await connectEngine({ stateFolder: sandbox().state, version: '0' });
    const events: unknown[] = [];
    const over = new Promise<void>((resolve) => {
      const take = (event: { readonly type: string }) => {
        events.push(event);
        if (event.type === 'run-finished') resolve();
      };
      client.follow({ run: id }, { event: take });
    });
    const [question] = await client.approvals();
    await client.approve(id, { step: 'gate', digest: question?.digest ?? '' });
    while (!(await client.output(id, 'shows').catch(() => ({ stderr: '' }))).stderr.includes('err ***')) await sleep(20);
    const processes = commandLines();
    await sandbox().write('looked', '');
    await over;
    const detail = await client.show(id);
    assert.equal(detail.status, 'completed', JSON.stringify(detail.errors));
    assert.deepEqual(seen, [`Bearer ${token}`, `Part ${token}`]);
    assert.deepEqual(detail.outputs, { got: '***', body: '{"access":{"token":"***"},"other":"plain"}' });
    const outputs = await Promise.all(['login', 'whole', 'shows'].map((step) => client.output(id, step)));
    assert.deepEqual(
      outputs.map(({ stdout }) => stdout.split('\n')[0]),
      ['after ***', '', 'plain ***'],
    );
    const shown = await Promise.all(
      [
        ['show', id],
        ['show', id, '--json'],
        ['audit', 'export'],
      ].map((args) => sandbox().run(args)),
    );
    client.close();
    server.close();
    // The file and its snapshot hold the halves alone.
    const places = [
      ['command lines', processes],
      ['first', first.stdout + first.stderr],
      ['API', JSON.stringify([detail, outputs, events])],
      ...shown.map(({ stdout, stderr }, index) => [`command ${index}`, stdout + stderr]),
      ...files(sandbox().state).map((path) => [path, readFileSync(path, 'latin1')]),
    ];
    const leaks = places.flatMap(([where, content]) =>
      forms.filter((form) => content?.includes(form)).map((form) => `${form} in ${where}`),
    );
    assert.deepEqual(leaks, []);
  });
});
