import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sandboxes } from '../cli/support.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

interface Run {
  readonly type: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly steps: readonly { readonly id: string; readonly status: string; readonly error?: { readonly code: string } }[];
}

describe('a runbook with steps on an SSH host', () => {
  const sandbox = sandboxes();
  let home: Home;
  let server: Sshd;

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
  });
  after(async () => {
    await server?.stop();
    home?.remove();
  });

  const runbook = (fingerprint: string) => `runbook: v1
name: On a host
inputs: { name: { type: string, default: "it's; $HOME" } }
secrets: [edge_key]
targets:
  edge: { type: ssh, host: 127.0.0.1, port: ${server.port}, user: ${server.user}, key: "\${{ secrets.edge_key }}", fingerprint: "${fingerprint}" }
steps:
  - id: there
    target: edge
    env: { NAME: "\${{ inputs.name }}" }
    run: |
      echo "[$NAME] $SSH_CONNECTION"
      echo "port=\${SSH_CONNECTION##* }" >> "$RUNWRIGHT_OUTPUT"
      echo "token=made-$((40 + 2))-there" >> "$RUNWRIGHT_OUTPUT"
    secret-outputs: [token]
  - id: here
    env: { PORT: "\${{ steps.there.outputs.port }}", TOKEN: "\${{ steps.there.outputs.token }}" }
    run: |
      [ "$TOKEN" = "made-$((40 + 2))-there" ] || exit 9
      echo "$PORT \${SSH_CONNECTION:-none} $TOKEN"
outputs:
  there: "\${{ steps.there.outputs.stdout }}"
  here: "\${{ steps.here.outputs.stdout }}"
`;
  const lastLine = (stdout: string): Run => JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  const environment = () => ({ HOME: home.folder, SSH_CONNECTION: '' });

  it('runs them there, with the key from the secret store, which is nowhere afterwards', async () => {
    const set = await sandbox().run(['secrets', 'set', 'edge_key'], { input: home.privateKey });
    assert.equal(set.code, 0, set.stderr);
    const file = await sandbox().write('host.runbook.yaml', runbook(server.fingerprint));
    const { code, stdout, stderr } = await sandbox().run(['run', file, '--json', '--approve', 'all'], { env: environment() });
    assert.equal(code, 0, stderr + stdout);
    const run = lastLine(stdout);
    assert.match(String(run.outputs.there), new RegExp(`^\\[it's; \\$HOME\\] 127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 ${server.port}$`));
    assert.equal(run.outputs.here, `${server.port} none ***`);
    const key = home.privateKey.split('\n')[2] ?? '?';
    const files = readdirSync(sandbox().state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const secret of [key, 'made-42-there']) {
      for (const entry of files) assert.ok(!readFileSync(join(entry.parentPath, entry.name), 'latin1').includes(secret), entry.name);
      assert.ok(!stdout.includes(secret));
    }
  });

  it('fails a step whose host shows another key', async () => {
    await sandbox().run(['secrets', 'set', 'edge_key'], { input: home.privateKey });
    const file = await sandbox().write('host.runbook.yaml', runbook(`SHA256:${'A'.repeat(43)}`));
    const { code, stdout } = await sandbox().run(['run', file, '--json', '--approve', 'all'], { env: environment() });
    assert.equal(code, 1, stdout);
    assert.equal(lastLine(stdout).steps[0]?.error?.code, 'host-key-changed');
  });

  it('goes on with a step whose engine was killed, when the next one starts', async () => {
    await sandbox().run(['secrets', 'set', 'edge_key'], { input: home.privateKey });
    const go = join(home.folder, 'go');
    const mark = join(home.folder, 'began');
    const text = runbook(server.fingerprint).replace(
      '      echo "[$NAME]',
      `      echo x >> ${mark}\n      while [ ! -e ${go} ]; do sleep 0.05; done\n      echo "[$NAME]`,
    );
    const file = await sandbox().write('host.runbook.yaml', text);
    const { code, stdout, stderr } = await sandbox().run(['run', file, '--json', '--detach', '--input', 'name=x'], { env: environment() });
    assert.equal(code, 0, stderr);
    const { id } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
    while (!existsSync(mark)) await new Promise((resolve) => setTimeout(resolve, 20));
    const { pid } = JSON.parse(readFileSync(join(sandbox().state, 'daemon.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    writeFileSync(go, '');
    for (;;) {
      const shown = await sandbox().json<{ status: string; outputs: Record<string, unknown> }>(['show', id]);
      if (!['running', 'pending'].includes(shown.value.status)) {
        assert.equal(shown.value.status, 'completed', JSON.stringify(shown.value));
        assert.match(String(shown.value.outputs.there), /^\[x\] 127/);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(readFileSync(mark, 'utf8'), 'x\n');
  });
});
