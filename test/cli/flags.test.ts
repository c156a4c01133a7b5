import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, exit, sandboxes, skip } from './support.ts';

describe('runwright, its flags and what it cannot do', () => {
  const sandbox = sandboxes();

  it('prints its version and its help', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string };
    assert.deepEqual(await sandbox().run(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await sandbox().run(['--help']);
    assert.equal(help.code, 0);
    for (const verb of [
      'validate',
      'run',
      'runs',
      'show',
      'approve',
      'reject',
      'answer',
      'cancel',
      'ask',
      'engine',
      'lsp',
      'trust',
      'secrets',
      'actions',
    ])
      assert.match(help.stdout, new RegExp(`^  ${verb}\\b`, 'm'));
    assert.match((await sandbox().run(['run', '--help'])).stdout, /--approve <step\|all>/);
  });

  for (const [what, args] of [
    ['no verb', []],
    ['an unknown verb', ['rum']],
    ['an unknown flag', ['run', 'x.runbook.yaml', '--frobnicate']],
    ['a missing argument', ['show']],
    ['too many arguments', ['show', 'a', 'b']],
    ['an input without =', ['run', 'samples/hello.runbook.yaml', '--input', 'name']],
    ['--detach with --approve', ['run', 'samples/hello.runbook.yaml', '--detach', '--approve', 'all']],
    ['two answers at once', ['answer', 'run', 'step', '--failed', '--repeat']],
    ['no answer', ['answer', 'run', 'step']],
    ['lsp without --stdio', ['lsp']],
    ['trust without a folder', ['trust']],
    ['a limit that is no number', ['runs', '--limit', 'many']],
    ['an empty question', ['ask', ' ']],
  ] as const) {
    it(`ends with 2 on ${what}`, async () => {
      const { code, stderr, stdout } = await sandbox().run(args);
      assert.equal(code, exit.usage);
      if (args.length > 0) assert.match(stderr, /^runwright: [A-Z-].*\n$/);
      else assert.match(stdout, /^Usage: runwright/);
    });
  }

  it('gives a wrong flag as JSON too when JSON is asked for', async () => {
    const { code, value } = await sandbox().json<{ error: Record<string, string> }>(['runs', '--frobnicate']);
    assert.equal(code, exit.usage);
    assert.deepEqual(Object.keys(value.error), ['code', 'class', 'message', 'remedy']);
    assert.equal(value.error.code, 'flags-wrong');
  });

  it('ends with 6 when the state folder cannot be used', async () => {
    const file = await sandbox().write('a-file', '');
    const { code, value } = await sandbox().json<{ error: { code: string; message: string } }>(['runs'], {
      env: { RUNWRIGHT_STATE: join(file, 'state') },
    });
    assert.equal(code, exit.unreachable);
    assert(['engine-unreachable', 'state-folder'].includes(value.error.code), value.error.code);
  });

  it('ends with 6 when the state folder may not be written', async function () {
    if (process.getuid?.() === 0) skip(this, 'root may write everywhere');
    const locked = join(sandbox().folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    assert.equal((await sandbox().run(['runs'], { env: { RUNWRIGHT_STATE: locked } })).code, exit.unreachable);
  });

  it('says so on a Node that is too old', async function () {
    const old = process.env.RUNWRIGHT_OLD_NODE ?? '/usr/bin/node';
    const found = spawnSync(old, ['--version'], { encoding: 'utf8' });
    if (found.status !== 0 || Number(/^v(\d+)/.exec(found.stdout)?.[1]) >= 24)
      skip(this, 'there is no older Node here; RUNWRIGHT_OLD_NODE can name one');
    const { status, stderr, stdout } = spawnSync(old, [cli, 'runs'], { encoding: 'utf8', env: sandbox().env() });
    assert.deepEqual([status, stdout], [exit.usage, '']);
    assert.match(stderr, /^runwright: Node \d+\.\d+\.\d+ is too old: Runwright needs Node 24\. .+\n$/);
  });

  it('does not fail when its reader goes away', async () => {
    const shell = spawnSync(
      'sh',
      ['-c', '"$0" "$1" --help | head -n 1; "$0" "$1" validate samples/hello.runbook.yaml | true', process.execPath, cli],
      { encoding: 'utf8', cwd: sandbox().folder },
    );
    assert.doesNotMatch(shell.stderr, /EPIPE|Error/);
  });
});
