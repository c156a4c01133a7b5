import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf, exit, sandboxes } from './support.ts';

describe('runwright run, while the engine is killed and started again', () => {
  const sandbox = sandboxes();

  it('shows the output of the step that goes on, without gap and without repeat', async function () {
    if (process.platform === 'win32') return this.skip();
    const file = await sandbox().write(
      'count.runbook.yaml',
      `runbook: v1
name: Count
steps:
  - id: count
    run: |
      number=0
      until [ -e enough ]; do
        number=$((number + 1))
        echo "line $number ä"
        sleep 0.01
      done
      echo "the last of $number"
`,
    );
    const command = sandbox().start(['run', file, '--json']);
    for (const line of ['line 20 ', 'line 300 ']) {
      await command.sees(line);
      const { pid } = JSON.parse(readFileSync(join(sandbox().state, 'daemon.json'), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
    }
    await command.sees('line 600 ');
    await sandbox().write('enough', '');
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, exit.completed, stderr);
    const text = eventsOf(stdout)
      .events.flatMap((event) => (event.type === 'output' ? [event.text] : []))
      .join('');
    const count = Number(/the last of (\d+)/.exec(text)?.[1]);
    assert.equal(text, `${Array.from({ length: count }, (_, index) => `line ${index + 1} ä\n`).join('')}the last of ${count}\n`);
  });

  const gone = (title: string, replaced: boolean) =>
    it(title, async function () {
      if (process.platform === 'win32') return this.skip();
      const file = await sandbox().write(
        'wait.runbook.yaml',
        'runbook: v1\nname: Wait\nsteps:\n  - { id: waits, run: "echo here; sleep 600" }\n',
      );
      const command = sandbox().start(['run', file, '--json']);
      await command.sees('here');
      const { pid } = JSON.parse(readFileSync(join(sandbox().state, 'daemon.json'), 'utf8')) as { pid: number };
      const started = readdirSync(join(sandbox().state, 'runs'), { recursive: true, encoding: 'utf8' }).find((name) =>
        name.endsWith('started.json'),
      );
      const script = JSON.parse(readFileSync(join(sandbox().state, 'runs', started ?? ''), 'utf8')) as { pid: number };
      // First the folder, so that no engine comes up in between; a file in its place keeps another from being made.
      const away = `${sandbox().state}.away`;
      renameSync(sandbox().state, away);
      if (replaced) writeFileSync(sandbox().state, '');
      process.kill(pid, 'SIGKILL');
      const { code, stderr } = await command.ended;
      process.kill(-script.pid, 'SIGKILL');
      assert.equal(code, exit.unreachable, stderr);
      assert.match(stderr, /^runwright: .+\n$/);
      assert.match(stderr, replaced ? /state folder/ : /the journal that held the run \S+ is gone/);
      if (replaced) rmSync(sandbox().state);
    });
  gone('gives up when its journal went with it, and says so', false);
  gone('gives up when there can be no engine any more, and says so', true);
});
