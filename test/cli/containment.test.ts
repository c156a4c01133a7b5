import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventsOf, exit, type Sandbox, sandboxes } from './support.ts';

describe('containing an address from the command line', function () {
  this.timeout(60_000);
  const sandbox = sandboxes();
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const steps = (end: string) => `runbook: v1
name: Contain
inputs: { ip: { type: string, format: ip, required: true } }
steps:
  - id: block
    uses: security/block_ip
    with: { ip: "\${{ inputs.ip }}", duration: 24h, reason: "run by hand" }
  - id: quarantine
    uses: security/isolate_host
    with: { host: web-1.example.net }
  - id: tell
    uses: notify/analysts
    with: { text: "Blocked \${{ inputs.ip }}", severity: high }
${end}
verify:
  - { id: blocked, uses: security/is_blocked, with: { ip: "\${{ inputs.ip }}" } }
on-failure: rollback
outputs: { rule: "\${{ steps.block.outputs.rule_id }}", notified: "\${{ steps.tell.outputs.notified }}" }
`;
  const run = async (box: Sandbox, file: string) => {
    const args = ['run', file, '--input', 'ip=203.0.113.7', '--approve', 'all', '--json'];
    const { code, stdout, stderr } = await box.run(args);
    return { code, stderr, stdout, ...eventsOf(stdout) };
  };
  const list = (box: Sandbox, name: string) => readFile(join(box.folder, `.runwright/lists/${name}.txt`), 'utf8');

  it('blocks, quarantines, tells and verifies; a failure takes back what it did and nothing else', async () => {
    const got: string[] = [];
    server = createServer(async (request, response) => {
      for await (const chunk of request) got.push(`${request.url} ${chunk}`);
      response.end('ok');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const box = sandbox();
    await mkdir(join(box.folder, '.runwright'), { recursive: true });
    await box.write('.runwright/channels.yaml', `soc: { type: slack, url: "\${{ secrets.soc_url }}" }\n`);
    await box.run(['secrets', 'set', 'soc_url'], { input: `http://127.0.0.1:${port}/services/T0/hidden-part` });
    const well = await run(box, await box.write('contain.runbook.yaml', steps('')));
    assert.equal(well.code, exit.completed, well.stderr + well.stdout);
    assert.equal(well.last.outputs.notified, 1);
    assert.match(String(well.last.outputs.rule), /^list:203\.0\.113\.7#.+\/block$/);
    assert.match(got.join('\n'), /^\/services\/T0\/hidden-part .*Blocked 203\.0\.113\.7/);
    assert.ok(!(well.stdout + well.stderr).includes('hidden-part'));
    assert.equal(await list(box, 'blocked'), '203.0.113.7\n');
    assert.equal(await list(box, 'quarantined'), 'web-1.example.net\n');

    const failing = await box.write('failing.runbook.yaml', steps('  - { id: burst, run: exit 3 }').replaceAll('web-1', 'web-2'));
    const failed = await run(box, failing);
    assert.equal(failed.code, exit.failed, failed.stdout);
    assert.equal(await list(box, 'blocked'), '203.0.113.7\n', 'the run before still blocks it');
    assert.equal(await list(box, 'quarantined'), 'web-1.example.net\n');
    assert.deepEqual(
      failed.last.steps.filter(({ id }) => id.startsWith('undo/')).map(({ id, status }) => `${id} ${status}`),
      ['undo/quarantine succeeded', 'undo/block succeeded'],
    );
  });
});
