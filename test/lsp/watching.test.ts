import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Editor, type Published } from './client.ts';

const main = `runbook: v1
name: Main
steps:
  - { id: sub, call: ./sub.runbook.yaml, with: { host: a } }
  - { uses: ops/drain, with: { node: n1 } }
  - { run: uptime, target: edge }
`;
const sub = (input: string) => `runbook: v1\nname: Sub\ninputs: { ${input}: { required: true } }\nsteps: [{ run: "true" }]\n`;
const action = 'name: ops/drain\ndescription: Drains.\ninputs: { node: { type: string, required: true } }\nscript: echo\n';

describe('files that a runbook refers to', () => {
  let folder: string;
  let editor: Editor;
  const uri = (name: string) => pathToFileURL(join(folder, name)).href;
  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  const told = (...names: string[]) =>
    editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: names.map((name) => ({ uri: uri(name), type: 2 })) });
  const codes = ({ diagnostics }: Published) => diagnostics.map(({ code }) => code).sort();
  /** The first publication for the main file behind those that there are, with exactly these codes. */
  const becomes = async (...wanted: string[]) => {
    const before = editor.published.length;
    return editor.publication((one) => {
      return (
        one.uri === uri('main.runbook.yaml') &&
        editor.published.indexOf(one) >= before - 1 &&
        codes(one).join() === [...wanted].sort().join()
      );
    });
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runwright-watch-'));
    await put('main.runbook.yaml', main);
    await put('.runwright/actions/drain.action.yaml', action);
    await put('.runwright/targets.yaml', 'edge: { type: ssh, host: edge-1 }\n');
    await put('sub.runbook.yaml', sub('host'));
    editor = await new Editor('stdio').initialize({ pull: false, folder: pathToFileURL(folder).href });
  });
  after(async () => {
    assert.equal(await editor.stop(), 0);
    await rm(folder, { recursive: true });
    assert.deepEqual(editor.log, []);
  });

  it('are known when it is opened', async () => {
    await editor.open(main, uri('main.runbook.yaml'));
    const first = await editor.publication((one) => one.uri === uri('main.runbook.yaml'));
    assert.deepEqual(first.diagnostics, []);
  });

  it('are looked at again when one changes on the disk', async () => {
    await rm(join(folder, '.runwright/actions/drain.action.yaml'));
    await told('.runwright/actions/drain.action.yaml');
    await becomes('unknown-action');
    await put('.runwright/actions/drain.action.yaml', action.replaceAll('node', 'host'));
    await told('.runwright/actions/drain.action.yaml');
    await becomes('action-input', 'action-input');
    await put('.runwright/actions/drain.action.yaml', action);
    await put('.runwright/targets.yaml', 'other: { type: ssh, host: edge-1 }\n');
    await told('.runwright/actions/drain.action.yaml', '.runwright/targets.yaml');
    await becomes('unknown-target');
    await put('.runwright/targets.yaml', 'edge: { type: ssh, host: edge-1 }\n');
    await told('.runwright/targets.yaml');
    await becomes();
  });

  it('count as they stand in the editor while they are open, and as on the disk afterwards', async () => {
    await editor.open(sub('host'), uri('sub.runbook.yaml'));
    await editor.replace(sub('address'), 2, uri('sub.runbook.yaml'));
    const { diagnostics } = await editor.publication(
      (one) => one.uri === uri('main.runbook.yaml') && one.diagnostics.some(({ message }) => message.includes('address')),
    );
    assert.ok(diagnostics.length > 0);
    await editor.close(uri('sub.runbook.yaml'));
    await becomes();
  });
});
