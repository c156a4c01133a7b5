import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { eventsOf, exit, type Sandbox, sandboxes } from './support.ts';

interface Listed {
  readonly name: string;
  readonly file?: string;
  readonly pack?: {
    readonly name: string;
    readonly version: string;
    readonly off: boolean;
    readonly permissions: { readonly targets: string[] };
  };
}

async function put(sandbox: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(sandbox.folder, name)), { recursive: true });
    await sandbox.write(name, text);
  }
}

const edge = {
  '.runwright/packs/edge/pack.yaml': 'name: edge\nversion: 1.2.0\npermissions: { targets: [local] }\n',
  '.runwright/packs/edge/actions/greet.action.yaml':
    'name: edge/greet\ndescription: Says hello.\nrisk: low\ninputs: { who: { type: string, required: true } }\nscript: echo "Hello, $INPUT_WHO"\n',
  'a.runbook.yaml': 'runbook: v1\nname: A\nsteps:\n  - { id: greet, uses: edge/greet, with: { who: Ada } }\n',
};

describe('packs of actions', function () {
  this.timeout(60_000);
  const sandbox = sandboxes();

  it('are listed and shown, off until somebody trusts them, and then run', async () => {
    await put(sandbox(), edge);
    const here = { cwd: sandbox().folder };
    const list = async () => {
      const { value, stderr } = await sandbox().json<Listed[]>(['actions', 'list'], here);
      return { greet: value.find(({ name }) => name === 'edge/greet'), stderr };
    };
    const before = await list();
    assert.deepEqual([before.greet?.pack?.version, before.greet?.pack?.off], ['1.2.0', true]);
    assert.match(before.stderr, /The pack edge is off: nobody has trusted it\. .* runwright trust .*packs\/edge/);
    const shown = await sandbox().run(['actions', 'show', 'edge/greet'], here);
    assert.match(shown.stdout, /pack edge 1\.2\.0: targets local; secrets none; hosts none\n {2}It is off: nobody has trusted the pack/);
    const validated = await sandbox().run(['validate', 'a.runbook.yaml'], here);
    assert.equal(validated.code, exit.completed);
    assert.match(validated.stdout, /untrusted-pack/);

    const trusted = await sandbox().run(['trust', '.runwright/packs/edge'], here);
    assert.equal(trusted.code, exit.completed, trusted.stderr);
    const after = await list();
    assert.deepEqual([after.greet?.pack?.off, after.stderr], [false, '']);
    const { code, stdout, stderr } = await sandbox().run(['run', 'a.runbook.yaml', '--json'], here);
    assert.equal(code, exit.completed, stderr);
    const step = eventsOf(stdout).last.steps[0];
    assert.deepEqual([step?.id, step?.status], ['greet', 'succeeded']);
  });

  it('are begun by `actions new --pack`, and their actions can be tried at once', async () => {
    const here = { cwd: sandbox().folder };
    for (const name of ['tools/one', 'tools/two']) {
      const made = await sandbox().run(['actions', 'new', name, '--pack'], here);
      assert.equal(made.code, exit.completed, made.stderr);
    }
    const folder = join(sandbox().folder, '.runwright/packs/tools');
    assert.deepEqual(readdirSync(join(folder, 'actions')), ['one.action.yaml', 'two.action.yaml']);
    for (const file of ['pack.yaml', 'actions/one.action.yaml']) {
      const { code, stdout } = await sandbox().run(['validate', join(folder, file)], here);
      assert.deepEqual([code, stdout.includes('error')], [exit.completed, false], stdout);
    }
    const tried = await sandbox().run(['actions', 'test', 'tools/one', '--input', 'who=Ada', '--json'], here);
    assert.equal(tried.code, exit.completed, tried.stderr);
  });

  it('are refused what they do not name', async () => {
    await put(sandbox(), {
      ...edge,
      '.runwright/packs/edge/actions/greet.action.yaml':
        'name: edge/greet\ndescription: Asks.\nrisk: low\ninputs: { who: {} }\nsteps: [ { uses: http/request, with: { url: "http://127.0.0.1:1/" } } ]\n',
    });
    const { code, stderr } = await sandbox().run(['run', 'a.runbook.yaml', '--json'], { cwd: sandbox().folder });
    assert.equal(code, exit.refused, stderr);
    assert.match(stderr, /its pack says that it needs no host, and its step reaches 127\.0\.0\.1/);
  });
});

describe('actions on files', function () {
  this.timeout(60_000);
  const sandbox = sandboxes();

  it('are taken back by a rollback, in the runbook’s folder', async () => {
    await put(sandbox(), {
      'conf/app.conf': 'before\n',
      'conf/new.conf': 'fresh\n',
      'a.runbook.yaml': `runbook: v1
name: A
on-failure: rollback
steps:
  - { id: read, uses: file/read, with: { path: conf/app.conf } }
  - { id: write, uses: file/write, with: { path: conf/app.conf, content: "\${{ steps.read.outputs.content }}after\\n" } }
  - { id: copy, uses: file/copy, with: { from: conf/new.conf, to: conf/copied.conf } }
  - id: look
    run: cat conf/app.conf conf/copied.conf
  - { id: fail, run: exit 1 }
outputs: { seen: "\${{ steps.look.outputs.stdout }}" }
`,
    });
    const { code, stdout, stderr } = await sandbox().run(['run', 'a.runbook.yaml', '--json'], { cwd: sandbox().folder });
    assert.equal(code, exit.failed, stderr);
    const { last } = eventsOf(stdout);
    assert.equal(last.outputs.seen, 'before\nafter\nfresh');
    assert.deepEqual(last.steps.map(({ id, status }) => `${id} ${status}`).slice(-2), ['undo/copy succeeded', 'undo/write succeeded']);
    assert.equal(await readFile(join(sandbox().folder, 'conf/app.conf'), 'utf8'), 'before\n');
    assert.ok(!existsSync(join(sandbox().folder, 'conf/copied.conf')));
    assert.deepEqual(readdirSync(join(sandbox().folder, 'conf')), ['app.conf', 'new.conf']);
  });
});
