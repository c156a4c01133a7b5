import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connectEngine } from '../../client/connect.ts';
import { exit, sandboxes } from './support.ts';

// Its last character begins none of the forms below: what could still become one is held back, and with it the end of its line.
const secret = `cAnary-${Date.now()}-9f3e/7+"q|`;

/** Every way in which it must not be found, made apart from the redactor's own. */
const forms: readonly (readonly [name: string, text: string])[] = [
  ['plain', secret],
  ['beginning', secret.slice(0, 11)],
  ['end', secret.slice(-11)],
  ['host', secret.slice(0, 18).toLowerCase()],
  ['hex', Buffer.from(secret).toString('hex')],
  ['HEX', Buffer.from(secret).toString('hex').toUpperCase()],
  ['percent', encodeURIComponent(secret)],
  ['json', JSON.stringify(secret).slice(1, -1)],
  ...['', 'x', 'xx'].flatMap((before): [string, string][] => {
    const core = Buffer.from(before + secret)
      .toString('base64')
      .slice(4, -4);
    return [
      [`base64 after ${before.length}`, core],
      [`base64url after ${before.length}`, core.replaceAll('+', '-').replaceAll('/', '_')],
    ];
  }),
];

function foundIn(where: string, content: string): string[] {
  return forms.flatMap(([name, text]) => (content.includes(text) ? [`${name} in ${where}`] : []));
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Command lines of all processes; only where /proc tells them. */
function commandLines(): string {
  if (process.platform !== 'linux') return '';
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

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
    const set = await sandbox().run(['secrets', 'set', 'canary'], { input: secret });
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
      ...files(sandbox().state).flatMap((path) => foundIn(path, readFileSync(path, 'latin1'))),
    ];
    assert.deepEqual(leaks, []);
    assert.ok(JSON.stringify(outputs).includes('plain ***'), 'the steps did show something');
    assert.ok(events.length > 0);
    assert.ok(process.platform !== 'linux' || processes.includes('supervisor.cjs'));
  });
});
