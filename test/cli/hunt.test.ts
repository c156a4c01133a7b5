import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exit, sandboxes } from './support.ts';

const key = 'intel-key-5f0c93d1';
const runbook = `runbook: v1
name: Hunt an address
inputs:
  ip: { type: string, default: 198.51.100.7 }
secrets: [abuse_key]
steps:
  - id: known
    uses: security/threat_intel_lookup
    with: { indicator: "\${{ inputs.ip }}" }
  - id: hunt
    needs: [known]
    if: \${{ steps.known.outputs.known }}
    uses: security/hunt_similar_attacks
    with:
      files: [logs/*.log]
      indicator: "\${{ inputs.ip }}"
      rules: [rules]
  - id: map
    needs: [hunt]
    uses: security/attack_map
    with: { findings: "\${{ steps.hunt.outputs.hits }}" }
outputs:
  score: \${{ steps.known.outputs.score }}
  count: \${{ steps.hunt.outputs.count }}
  techniques: \${{ steps.map.outputs.techniques }}
`;

/** Stands for AbuseIPDB in its published form; says what key it was given. */
function fakeAbuseipdb(): { server: Server; keys: unknown[] } {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.key);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: { abuseConfidenceScore: 50, totalReports: 3, lastReportedAt: '2026-02-03T04:05:06+00:00' } }));
  });
  return { server, keys };
}

describe('a hunt', () => {
  const sandbox = sandboxes();

  it('goes from feeds and services over logs to techniques, and keeps the key to itself', async () => {
    const { server, keys } = fakeAbuseipdb();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const box = sandbox();
      const file = await box.write('hunt.runbook.yaml', runbook);
      const at = (...names: string[]) => join(box.folder, ...names);
      for (const folder of ['.runwright/feeds', 'logs', 'rules']) mkdirSync(at(folder), { recursive: true });
      writeFileSync(at('.runwright/feeds/block.txt'), '198.51.100.0/24\n');
      writeFileSync(
        at('.runwright/security.yaml'),
        `intel:\n  feeds: [{ path: .runwright/feeds/block.txt, trust: 50 }]\n  services:\n    abuseipdb: { key: "\${{ secrets.abuse_key }}", url: "http://127.0.0.1:${port}", trust: 100 }\n`,
      );
      writeFileSync(at('logs/auth.log'), 'Mar  3 10:00:02 web1 sshd[2]: Failed password for root from 198.51.100.7 port 4000\n');
      writeFileSync(
        at('rules/ssh.yml'),
        'title: Failed SSH login\ntags: [attack.t1110.001]\ndetection: { s: { program: sshd, message|contains: failed password }, condition: s }\n',
      );
      assert.equal((await box.run(['secrets', 'set', 'abuse_key'], { input: `${key}\n` })).code, exit.completed);
      const { code, stdout, stderr } = await box.run(['run', file, '--json', '--approve', 'all']);
      assert.equal(code, exit.completed, stderr + stdout);
      const { outputs } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      assert.deepEqual(keys, [key]);
      assert.equal(outputs.score, 75);
      assert.equal(outputs.count, 2);
      assert.deepEqual(
        outputs.techniques.map(({ id }: { id: string }) => id),
        ['T1110.001', 'T1110'],
      );
      const written = readdirSync(box.state, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
      assert.ok(!written.some((text) => text.includes(key)) && !stdout.includes(key));
    } finally {
      server.close();
    }
  });
});
