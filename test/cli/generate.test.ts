import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exit, sandboxes } from './support.ts';

interface Made {
  readonly runbook: string;
  readonly file?: string;
  readonly actions: { uses: string; with: Record<string, unknown> }[];
  readonly missing: { action: string; parameter: string; question: string; options: string[] }[];
  readonly confidence: number;
  readonly estimateMs: number;
  readonly reasons: { choice: string; why: string }[];
  readonly diagnostics: unknown[];
}
const words = 'import alerts.csv and save it as out.json';

describe('runwright generate', () => {
  const sandbox = sandboxes();
  const alerts = () => sandbox().write('alerts.csv', 'id,source_ip\n1,192.0.2.7\n2,192.0.2.8\n');
  const generated = () => join(sandbox().folder, '.runwright', 'generated');

  it('prints the runbook, what each part is for, and runs and writes nothing', async () => {
    await alerts();
    const { code, value } = await sandbox().json<Made>(['generate', words]);
    assert.equal(code, exit.completed);
    assert.deepEqual(
      value.actions.map(({ uses }) => uses),
      ['data/csv_import', 'data/json_export'],
    );
    assert.deepEqual([value.missing, value.file], [[], undefined]);
    assert.match(value.runbook, /^runbook: v1\n/);
    assert.ok(value.confidence > 0 && value.estimateMs > 0 && value.reasons.length > 0);
    assert.ok(!existsSync(join(sandbox().folder, 'out.json')) && !existsSync(generated()));
  });

  it('writes it where it is told, never over a file, with paths that lead to the same files', async () => {
    await alerts();
    await mkdir(join(sandbox().folder, 'books'));
    const args = ['generate', words, '--export', 'books/mine.runbook.yaml'];
    assert.equal((await sandbox().run(args)).code, exit.completed);
    const text = await readFile(join(sandbox().folder, 'books/mine.runbook.yaml'), 'utf8');
    assert.match(text, /path: \.\.\/alerts\.csv/);
    const again = await sandbox().run(args);
    assert.equal(again.code, exit.usage);
    assert.match(again.stderr, /exists already/);
    assert.equal(await readFile(join(sandbox().folder, 'books/mine.runbook.yaml'), 'utf8'), text);
  });

  it('runs it with --execute, from a file of its own, and prints the run after it', async () => {
    await alerts();
    const { code, stdout, stderr } = await sandbox().run(['generate', words, '--execute', '--json']);
    assert.equal(code, exit.completed, stderr);
    const [first = '', ...events] = stdout.trim().split('\n');
    const made: Made = JSON.parse(first);
    assert.match(made.file ?? '', /^\.runwright[\\/]generated[\\/]import-alerts-csv[\w-]*\.runbook\.yaml$/);
    assert.equal(await readFile(join(sandbox().folder, made.file ?? ''), 'utf8'), made.runbook);
    assert.equal((JSON.parse(events.at(-1) ?? '') as { status: string }).status, 'completed');
    assert.deepEqual(JSON.parse(await readFile(join(sandbox().folder, 'out.json'), 'utf8')).length, 2);
    // Another time it is another file.
    assert.equal((await sandbox().run(['generate', words, '--execute'])).code, exit.completed);
    assert.equal((await readdir(generated())).length, 2);
  });

  it('asks what "run" asks: nothing of high risk is done without a person', async () => {
    const { code, stdout } = await sandbox().run([
      'generate',
      'isolate the host web-1',
      '--execute',
      '--export',
      'isolate.runbook.yaml',
      '--json',
    ]);
    assert.equal(code, exit.waiting);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { id: string; status: string };
    assert.equal(last.status, 'waiting_approval');
    assert.equal((await sandbox().run(['cancel', last.id])).code, exit.completed);
  });

  it('runs and writes nothing while something is missing', async () => {
    const { code, value } = await sandbox().json<Made>(['generate', 'block 192.0.2.7', '--execute', '--export', 'x.runbook.yaml']);
    assert.equal(code, exit.usage);
    assert.deepEqual(
      value.missing.map(({ action, parameter }) => [action, parameter]),
      [['security/block_ip', 'duration']],
    );
    assert.ok(!existsSync(join(sandbox().folder, 'x.runbook.yaml')) && !existsSync(generated()));
    assert.deepEqual((await sandbox().json<unknown[]>(['runs'])).value, []);
  });

  it('says what to say where the words name nothing', async () => {
    const { code, value } = await sandbox().json<{ error: { code: string } }>(['generate', 'make me happy', '--execute']);
    assert.deepEqual([code, value.error.code], [exit.usage, 'generate-nothing']);
  });
});
