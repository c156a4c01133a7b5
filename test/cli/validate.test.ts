import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exit, sandboxes } from './support.ts';

type Rows = {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  severity: string;
  code: string;
  message: string;
}[];

describe('runwright validate', () => {
  const sandbox = sandboxes();
  const samples = [
    'hello',
    'disk-pressure',
    'parallel-checks',
    'rolling-restart',
    'wait-until',
    'greet-everybody',
    'fetch-report',
    'failing-http',
    'own-actions',
    'threat-analysis',
    'classify-mail',
  ].map((name) => `samples/${name}.runbook.yaml`);

  it('finds nothing wrong with the samples', async () => {
    const { code, value } = await sandbox().json<Rows>(['validate', ...samples]);
    assert.deepEqual([code, value], [exit.completed, []]);
  });

  it('names the place of a typo exactly', async () => {
    const text = await readFile(join(sandbox().samples, 'hello.runbook.yaml'), 'utf8');
    const line = text.split('\n').indexOf('steps:') + 1;
    await sandbox().write('typo.runbook.yaml', text.replace('\nsteps:', '\nstepz:'));
    const { code, value } = await sandbox().json<Rows>(['validate', 'typo.runbook.yaml']);
    assert.equal(code, exit.failed);
    const row = value.find((found) => found.code === 'unknown-key');
    assert.deepEqual(
      { ...row, message: '' },
      { file: 'typo.runbook.yaml', line, column: 1, endLine: line, endColumn: 6, severity: 'error', code: 'unknown-key', message: '' },
    );
    assert.match(row?.message ?? '', /steps/);
    assert.deepEqual(Object.keys(row ?? {}), ['file', 'line', 'column', 'endLine', 'endColumn', 'severity', 'code', 'message']);
  });

  it('shows people the line with a mark under the place', async () => {
    await sandbox().write('typo.runbook.yaml', 'runbook: v1\nname: x\nstepz:\n  - run: echo\n');
    const { code, stdout } = await sandbox().run(['validate', 'typo.runbook.yaml']);
    assert.equal(code, exit.failed);
    assert.match(stdout, /^typo\.runbook\.yaml:3:1 error .*stepz.*\(unknown-key\)\n {2}3 \| stepz:\n {4}\| \^{5}$/m);
    assert.equal(stdout.includes('\u001b'), false, 'no colours in a pipe');
  });

  it('reads standard input under the name it is given', async () => {
    const { code, value } = await sandbox().json<Rows>(['validate', '-', '--stdin-name', 'unsaved.runbook.yaml'], {
      input: 'runbook: v1\n',
    });
    assert.equal(code, exit.failed);
    assert.deepEqual([...new Set(value.map((row) => row.file))], ['unsaved.runbook.yaml']);
  });

  for (const [what, text] of [
    ['an empty file', ''],
    ['a file that is not YAML', '\u0000\u0001{[}\t:::'],
    ['tabs', 'runbook: v1\n\tname: x\n'],
    ['duplicate keys', 'runbook: v1\nname: a\nname: b\nsteps: [{ run: echo }]\n'],
    [
      'a billion laughs',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]\n`)
        .join('')}`,
    ],
  ] as const) {
    it(`says what is wrong with ${what}`, async () => {
      await sandbox().write('bad.runbook.yaml', text);
      const { code, value } = await sandbox().json<Rows>(['validate', 'bad.runbook.yaml']);
      assert.equal(code, exit.failed);
      assert(value.some((row) => row.severity === 'error' && row.line >= 1 && row.column >= 1));
    });
  }

  it('survives 10 MB', async () => {
    await sandbox().write('large.runbook.yaml', `runbook: v1\nname: x\nsteps:\n${'  - run: echo hello\n'.repeat(500_000)}`);
    const { code } = await sandbox().json<Rows>(['validate', 'large.runbook.yaml']);
    assert(code === exit.completed || code === exit.failed);
  });

  it('does not read a file without an end', async function () {
    if (process.platform === 'win32') return this.skip();
    const { code, stderr } = await sandbox().run(['validate', '/dev/zero']);
    assert.equal(code, exit.usage);
    assert.match(stderr, /^runwright: \/dev\/zero cannot be read: it is too large\. .+\n$/);
  });

  it('refuses a missing file and a folder with one sentence', async () => {
    const missing = await sandbox().json<{ error: { code: string } }>(['validate', 'nope.runbook.yaml']);
    assert.deepEqual([missing.code, missing.value.error.code], [exit.usage, 'file-missing']);
    assert.match(missing.stderr, /^runwright: There is no file nope\.runbook\.yaml\. .+\n$/);
    const folder = await sandbox().run(['validate', 'samples']);
    assert.deepEqual([folder.code, folder.stdout], [exit.usage, '']);
    assert.match(folder.stderr, /^runwright: samples cannot be read: it is a folder\. .+\n$/);
  });
});
