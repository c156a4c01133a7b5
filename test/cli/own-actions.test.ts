import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventsOf, exit, type Last, type Sandbox, sandboxes } from './support.ts';

const sample = 'samples/own-actions.runbook.yaml';
const ids = (last: Last) => last.steps.map((step) => `${step.id} ${step.status}`);

async function action(sandbox: Sandbox, name: string, text: string): Promise<string> {
  await mkdir(join(sandbox.folder, '.runwright/actions'), { recursive: true });
  return sandbox.write(`.runwright/actions/${name}.action.yaml`, text);
}

const book = (steps: string, top = '') => `runbook: v1\nname: Own\n${top}steps:\n${steps}`;

async function ended(sandbox: Sandbox, ...args: readonly string[]) {
  const { code, stdout, stderr } = await sandbox.run(['run', ...args, '--json']);
  return { code, stderr, ...eventsOf(stdout) };
}

describe("actions of one's own", function () {
  this.timeout(60_000);
  const sandbox = sandboxes();

  it('run as scripts and as steps, and a rollback takes them back by the undo that they bring along', async () => {
    const well = await ended(sandbox(), sample, '--input', 'limit=100');
    assert.equal(well.code, exit.completed, well.stderr);
    assert.deepEqual(ids(well.last), [
      'note succeeded',
      'note/measure succeeded',
      'note/write succeeded',
      'check succeeded',
      'alarm skipped',
    ]);
    assert.equal(typeof well.last.outputs.used, 'number');
    const kept = String(well.last.outputs.note);
    assert.match(await readFile(kept, 'utf8'), /^\/ is \d+ % full\n$/);

    // A folder of tests is never less than a per cent full only where the disk is new; so the limit is given by what was measured.
    const runbook = (await readFile(join(sandbox().samples, 'own-actions.runbook.yaml'), 'utf8')).replace(
      'if: steps.check.outputs.full',
      'if: steps.check.outputs.used >= 0',
    );
    await writeFile(join(sandbox().samples, 'alarm.runbook.yaml'), runbook);
    const failed = await ended(sandbox(), 'samples/alarm.runbook.yaml');
    assert.equal(failed.code, exit.failed);
    assert.deepEqual(ids(failed.last).slice(-2), ['alarm failed', 'undo/note succeeded']);
    assert.equal(existsSync(String(failed.last.outputs.note)), false, 'the note is gone');
    assert.equal(existsSync(kept), true, 'that of the other run is not');
  });

  it('made of steps fail with the step inside, and what it did before is undone', async () => {
    await action(
      sandbox(),
      'two',
      `name: two/steps
description: Makes a file, then fails.
inputs: { file: { type: string, required: true } }
steps:
  - id: make
    env: { FILE: "\${{ inputs.file }}" }
    run: echo made > "$FILE"
    undo: { run: unlink "$FILE" }
  - id: break
    run: exit 7
`,
    );
    const file = join(sandbox().folder, 'made');
    await sandbox().write(
      'a.runbook.yaml',
      book('  - { id: both, uses: two/steps, with: { file: "${{ inputs.file }}" } }\n', 'inputs: { file: {} }\non-failure: rollback\n'),
    );
    const { code, last } = await ended(sandbox(), 'a.runbook.yaml', '--input', `file=${file}`);
    assert.equal(code, exit.failed);
    assert.deepEqual(ids(last), ['both failed', 'both/make undone', 'both/break failed', 'undo/both/make succeeded']);
    assert.equal(last.steps[0]?.error?.code, 'exit-code');
    assert.equal(existsSync(file), false);
  });

  it('are what they were when the run started', async () => {
    const file = await action(
      sandbox(),
      'say',
      'name: say/it\ndescription: Says it.\noutputs: { said: { type: string } }\nscript: echo "said=before" >> "$RUNWRIGHT_OUTPUT"\n',
    );
    await sandbox().write(
      'a.runbook.yaml',
      book('  - { id: gate, approve: true }\n  - { id: say, uses: say/it }\n', 'outputs: { said: "${{ steps.say.outputs.said }}" }\n'),
    );
    const started = await sandbox().json<Last>(['run', 'a.runbook.yaml', '--detach']);
    assert.equal(started.code, exit.completed, started.stderr);
    await writeFile(file, (await readFile(file, 'utf8')).replace('before', 'after'));
    assert.equal((await sandbox().run(['approve', started.value.id, 'gate'])).code, exit.completed);
    let shown = await sandbox().json<Last>(['show', started.value.id]);
    while (shown.value.status === 'running' || shown.value.status === 'waiting_approval')
      shown = await sandbox().json<Last>(['show', started.value.id]);
    assert.deepEqual([shown.value.status, shown.value.outputs], ['completed', { said: 'before' }]);
    const { last } = await ended(sandbox(), 'a.runbook.yaml', '--approve', 'gate');
    assert.deepEqual(last.outputs, { said: 'after' });
  });

  it('get their inputs as variables and never as text of the script, see no secret but what they are given, and none of the runbook', async () => {
    await sandbox().run(['secrets', 'set', 'token'], { input: 'correct-horse-battery' });
    await sandbox().run(['secrets', 'set', 'other'], { input: 'never-to-be-seen' });
    await action(
      sandbox(),
      'look',
      `name: look/around
description: Tells what it sees.
inputs: { text: {}, token: {}, some-list: { type: list } }
outputs: { text: { type: string }, length: { type: number }, list: { type: list }, rest: { type: string } }
env: { AGAIN: "x\${{ inputs.token }}" }
script: |
  echo "text=$INPUT_TEXT" >> "$RUNWRIGHT_OUTPUT"
  echo "length=\${#AGAIN}" >> "$RUNWRIGHT_OUTPUT"
  echo "list=$INPUT_SOME_LIST" >> "$RUNWRIGHT_OUTPUT"
  echo "rest=\${OTHER-none}" >> "$RUNWRIGHT_OUTPUT"
  echo "$INPUT_TOKEN"
`,
    );
    await action(
      sandbox(),
      'pass',
      `name: pass/on
description: Passes it on.
inputs: { token: { required: true }, text: {} }
outputs: { length: { type: number, value: "\${{ steps.look.outputs.length }}" } }
steps:
  - { id: look, uses: look/around, with: { token: "\${{ inputs.token }}", text: "\${{ inputs.text }}", some-list: [1, two] } }
`,
    );
    await sandbox().write(
      'a.runbook.yaml',
      book(
        `  - { id: direct, uses: look/around, with: { text: "\${{ inputs.text }}", token: "\${{ secrets.token }}", some-list: [a] } }
  - { id: through, uses: pass/on, with: { token: "\${{ secrets.token }}", text: hello } }
`,
        `inputs: { text: {} }
secrets: [token, other]
env: { OTHER: "\${{ secrets.other }}" }
outputs: { direct: "\${{ steps.direct.outputs }}", through: "\${{ steps.through.outputs }}" }
`,
      ),
    );
    const text = '$(echo no); `id`; "quoted"';
    const { code, last, events, stderr } = await ended(sandbox(), 'a.runbook.yaml', '--input', `text=${text}`);
    assert.equal(code, exit.completed, stderr + JSON.stringify(last));
    assert.deepEqual(last.outputs, { direct: { text, length: 22, list: ['a'], rest: 'none' }, through: { length: 22 } });
    const said = events.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('');
    assert.equal(said.includes('correct-horse'), false);
    assert.match(said, /\*\*\*/);
  });

  it('that cannot be are refused before anything runs, each with what to do', async () => {
    const cases: readonly [string, string, string][] = [
      ['a secret of its own', 'script: echo\nenv: { A: "${{ secrets.token }}" }\n', 'action-invalid'],
      ['an expression in its script', 'script: echo ${{ inputs.a }}\ninputs: { a: {} }\n', 'action-invalid'],
      ['no work to do', '', 'action-invalid'],
      ['itself as a step', 'steps: [ { uses: bad/one } ]\n', 'call-circle'],
    ];
    for (const [what, text, code] of cases) {
      await action(sandbox(), 'bad', `name: bad/one\ndescription: Has ${what}.\n${text}`);
      await sandbox().write('a.runbook.yaml', book('  - { run: echo never }\n  - { uses: bad/one }\n'));
      const { code: exitCode, stderr, stdout } = await sandbox().run(['run', 'a.runbook.yaml', '--json']);
      assert.equal(exitCode, exit.usage, `${what}: ${stdout} ${stderr}`);
      assert.match(stdout + stderr, code === 'call-circle' ? /calls itself/ : /bad\/one cannot be used/, what);
    }
  });

  it('owe the outputs that they declare', async () => {
    await sandbox().write('a.runbook.yaml', book('  - { id: it, uses: owe/some }\n'));
    for (const [script, code] of [
      ['echo nothing', 'action-output-missing'],
      ['echo "count=many" >> "$RUNWRIGHT_OUTPUT"', 'action-output-wrong'],
    ] as const) {
      await action(sandbox(), 'owe', `name: owe/some\ndescription: Owes.\noutputs: { count: { type: number } }\nscript: ${script}\n`);
      const { last } = await ended(sandbox(), 'a.runbook.yaml');
      assert.equal(last.steps[0]?.error?.code, code);
    }
  });

  it('ask by their risk: a script once, steps each for itself', async () => {
    await action(sandbox(), 'hurt', 'name: hurt/much\ndescription: Hurts.\nrisk: high\nscript: echo\n');
    await action(sandbox(), 'steps', 'name: hurt/steps\ndescription: Hurts.\nrisk: high\nsteps: [ { id: one, run: echo } ]\n');
    await sandbox().write('a.runbook.yaml', book('  - { id: script, uses: hurt/much }\n  - { id: steps, uses: hurt/steps }\n'));
    const { code, stdout } = await sandbox().run(['run', 'a.runbook.yaml', '--approve', 'script', '--approve', 'all', '--json']);
    const { events } = eventsOf(stdout);
    assert.equal(code, exit.completed);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'approval-requested' ? [event.step] : [])),
      ['script', 'steps/one'],
    );
  });
});

describe('runwright actions', function () {
  this.timeout(60_000);
  const sandbox = sandboxes();

  it('new writes files that validate and run', async () => {
    for (const kind of [[], ['--steps']]) {
      const name = `edge/hello${kind.length}`;
      assert.equal((await sandbox().run(['actions', 'new', name, ...kind])).code, exit.completed);
      const again = await sandbox().run(['actions', 'new', name]);
      assert.equal(again.code, exit.usage);
      const { value } = await sandbox().json<unknown[]>(['validate', `.runwright/actions/edge-hello${kind.length}.action.yaml`]);
      assert.deepEqual(value, []);
      const { code, stdout } = await sandbox().run(['actions', 'test', name, '--input', 'who=Ada', '--json']);
      assert.equal(code, exit.completed, stdout);
      assert.equal(ids(eventsOf(stdout).last)[0], 'test succeeded');
    }
    assert.deepEqual(readdirSync(join(sandbox().folder, '.runwright')), ['actions'], 'nothing is left of the tests');
    for (const name of ['Upper/case', 'nopack', 'a/../b', 'http/request'])
      assert.equal((await sandbox().run(['actions', 'new', name])).code, exit.usage, name);
  });

  it('list and show know what is built in and what the folder brings along', async () => {
    const cwd = sandbox().samples;
    const { value } = await sandbox().json<{ name: string; file?: string }[]>(['actions', 'list'], { cwd });
    assert.equal(value.find(({ name }) => name === 'http/request')?.file, undefined);
    assert.equal(value.find(({ name }) => name === 'disk/usage')?.file, join(cwd, '.runwright/actions/disk-usage.action.yaml'));
    const shown = await sandbox().run(['actions', 'show', 'disk/note'], { cwd });
    assert.match(shown.stdout, /can be undone/);
    assert.equal((await sandbox().run(['actions', 'show', 'disk/nothing'], { cwd })).code, exit.usage);
  });

  it('test refuses an input that the action does not have, and asks as always', async () => {
    const wrong = await sandbox().run(['actions', 'test', 'disk/usage', '--input', 'pth=/'], { cwd: sandbox().samples });
    assert.equal(wrong.code, exit.usage);
    assert.match(wrong.stderr, /pth/);
    await action(sandbox(), 'hurt', 'name: hurt/much\ndescription: Hurts.\nrisk: high\nscript: echo\n');
    assert.equal((await sandbox().run(['actions', 'test', 'hurt/much', '--json'])).code, exit.waiting);
    assert.equal((await sandbox().run(['actions', 'test', 'hurt/much', '--approve', 'test', '--json'])).code, exit.completed);
  });

  it('validate reads action files and shared targets by their own rules', async () => {
    const file = await action(sandbox(), 'bad', 'name: bad/one\ndescription: Bad.\nrsik: low\nscript: echo\n');
    await sandbox().write('.runwright/targets.yaml', 'edge: { type: ssh, hots: a }\n');
    const { code, value } = await sandbox().json<{ file: string; line: number; code: string; message: string }[]>([
      'validate',
      file,
      '.runwright/targets.yaml',
    ]);
    assert.equal(code, exit.failed);
    assert.deepEqual(
      value.map((row) => [row.line, row.code]),
      [
        [3, 'unknown-key'],
        [1, 'unknown-key'],
      ],
    );
    assert.match(value[0]?.message ?? '', /in an action/);
  });
});
