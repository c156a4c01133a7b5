import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectEngine } from '../../client/connect.ts';
import { canary, commandLines, filesIn, foundIn } from '../support/canary.ts';
import { exit, sandboxes } from './support.ts';

describe('a secret', () => {
  const sandbox = sandboxes();

  it('is in no file, answer, output or command line, however a step tries to show it', async function () {
    if (process.platform === 'win32') return this.skip();
    const server = createServer((request, response) => response.writeHead(403).end(JSON.stringify(request.headers))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const env = `env: { C: "\${{ secrets.canary }}" }`;
    const file = await sandbox().write(
      'canary.runbook.yaml',
      `runbook: v1
name: Canary
secrets: [canary]
steps:
  - id: shows
    ${env}
    run: |
      echo "plain $C"
      printf %s "\${C:0:5}"; sleep 0.1; printf '%s\\n' "\${C:5}"
      for before in "" x xx; do printf %s "$before$C" | base64; done
      printf %s "$C" | od -An -tx1 | tr -d ' \\n'; echo
      echo "err $C" >&2
      echo "got=$C" >> "$RUNWRIGHT_OUTPUT"
      echo "no equals sign $C" >> "$RUNWRIGHT_OUTPUT"
      until [ -e looked ]; do sleep 0.02; done
  - id: fails
    on-error: continue
    ${env}
    run: |
      "$C-no-such-command"
  - id: header
    on-error: continue
    uses: http/request
    with: { url: "http://127.0.0.1:${port}/a/\${{ secrets.canary }}?k=\${{ secrets.canary }}", headers: { X-Key: "\${{ secrets.canary }}" } }
  - id: host
    on-error: continue
    uses: http/request
    with: { url: "http://\${{ secrets.canary }}/" }
  - id: wrong
    on-error: continue
    uses: http/request
    with: { url: "\${{ secrets.canary }}" }
  - id: gate
    approve: { message: Go on? }
outputs: { got: "\${{ steps.shows.outputs.got }}", all: "\${{ steps.shows.outputs.stdout }}" }
`,
    );
    const set = await sandbox().run(['secrets', 'set', 'canary'], { input: canary });
    assert.equal(set.code, exit.completed, set.stderr);
    const client = await connectEngine({ stateFolder: sandbox().state, version: '0' });
    const events: unknown[] = [];
    client.follow({}, { event: (event) => events.push(event) });

    const command = sandbox().start(['run', file, '--approve', 'all']);
    await command.sees('err ***');
    const processes = commandLines();
    await sandbox().write('looked', '');
    const run = await command.ended;
    assert.equal(run.code, exit.completed, run.stderr);
    const [{ id } = { id: '' }] = await client.list();
    const detail = await client.show(id);
    assert.deepEqual(
      detail.steps.map(({ id, status }) => [id, status]),
      [
        ['shows', 'succeeded'],
        ['fails', 'failed'],
        ['header', 'failed'],
        ['host', 'failed'],
        ['wrong', 'failed'],
        ['gate', 'succeeded'],
      ],
    );
    const outputs = await Promise.all(detail.steps.filter(({ id }) => id !== 'gate').map((step) => client.output(id, step.id)));
    const shown = await Promise.all(
      [
        ['show', id],
        ['show', id, '--json'],
        ['runs', '--json'],
        ['secrets', 'list', '--json'],
      ].map((args) => sandbox().run(args)),
    );
    client.close();
    server.close();

    const leaks = [
      ...foundIn('command lines', processes),
      ...foundIn('run', run.stdout + run.stderr),
      ...foundIn('API', JSON.stringify([detail, outputs]).replaceAll('\\"', '"')),
      ...foundIn('events', JSON.stringify(events).replaceAll('\\"', '"')),
      ...shown.flatMap(({ stdout, stderr }, index) => foundIn(`command ${index}`, stdout + stderr)),
      ...filesIn(sandbox().state).flatMap((path) => foundIn(path, readFileSync(path, 'latin1'))),
    ];
    assert.deepEqual(leaks, []);
    assert.ok(JSON.stringify(outputs).includes('plain ***'), 'the steps did show something');
    assert.ok(events.length > 0);
    assert.ok(process.platform !== 'linux' || processes.includes('supervisor.cjs'));
  });
});
