import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builtInActions } from '../runbook/actions.ts';
import { disk, withOpen } from './files.ts';
import { trustedIn } from './trusted.ts';
import { Workspace } from './workspace.ts';

describe('What stands around a runbook', () => {
  let folder: string;
  let time = 0;
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const main = () => join(folder, 'a/b/main.runbook.yaml');
  const workspace = () => new Workspace(disk, builtInActions, () => time);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-'));
    put('a/b/main.runbook.yaml', 'runbook: v1\nname: Main\nsteps: [{ run: "true" }]\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has the targets of the nearest shared folder, and leaves out what is none', () => {
    put('.runwright/targets.yaml', 'far: { type: ssh, host: h }\n');
    put('a/.runwright/targets.yaml', 'x-note: { type: ssh }\nedge:\n  type: ssh\n  host: edge-1\nodd: 7\nnone: { host: h }\n');
    const { targets } = workspace().around(main());
    assert.deepEqual(
      targets.map(({ name, type, spec }) => ({ name, type, spec })),
      [{ name: 'edge', type: 'ssh', spec: { type: 'ssh', host: 'edge-1' } }],
    );
    assert.equal(targets[0]?.file, join(folder, 'a/.runwright/targets.yaml'));
  });

  it('has no targets where the file is broken, missing, a folder or huge', () => {
    assert.deepEqual(workspace().around(main()).targets, []);
    put('.runwright/targets.yaml', '[[[\n');
    assert.deepEqual(workspace().around(main()).targets, []);
    rmSync(join(folder, '.runwright/targets.yaml'));
    mkdirSync(join(folder, '.runwright/targets.yaml'));
    assert.deepEqual(workspace().around(main()).targets, []);
  });

  it('knows a called runbook by its inputs and outputs, and every file that it calls', () => {
    put(
      'a/b/sub.runbook.yaml',
      'runbook: v1\nname: Sub\ninputs: { n: { type: integer, required: true } }\nsteps: [{ run: "true" }]\noutputs: { o: 1 }\n',
    );
    put('a/b/loop.runbook.yaml', 'runbook: v1\nname: Loop\nsteps: [{ call: ./loop2.runbook.yaml }]\n');
    put('a/b/loop2.runbook.yaml', 'runbook: v1\nname: Loop2\nsteps: [{ call: ./main.runbook.yaml }, { call: ./loop.runbook.yaml }]\n');
    const around = workspace().around(main());
    const sub = around.called('./sub.runbook.yaml');
    assert.ok(sub && sub !== 'missing');
    assert.deepEqual([sub.name, sub.inputs.n?.type, sub.outputs, sub.broken, sub.calls], ['Sub', 'integer', ['o'], false, []]);
    assert.equal(around.called('./none.runbook.yaml'), 'missing');
    const loop = around.called('./loop.runbook.yaml');
    assert.ok(loop && loop !== 'missing');
    assert.deepEqual(
      [...loop.calls].sort(),
      [join(folder, 'a/b/loop.runbook.yaml'), join(folder, 'a/b/loop2.runbook.yaml'), main()].sort(),
    );
  });

  it('has the actions of the workspace beside the built-in ones, which keep their names', () => {
    put(
      '.runwright/actions/drain.action.yaml',
      'name: ops/drain\ndescription: Drains\nrisk: high\ninputs: { node: { type: string, required: true } }\noutputs: { count: { type: number } }\nscript: echo\n',
    );
    put('.runwright/actions/fake.action.yaml', 'name: http/request\nrisk: low\nscript: echo\n');
    put('.runwright/actions/broken.action.yaml', '}{');
    const { actions, ownActions } = workspace().around(main());
    assert.deepEqual(
      ownActions.map(({ manifest }) => manifest.name),
      ['ops/drain'],
    );
    assert.deepEqual(ownActions[0]?.manifest.inputs.required, ['node']);
    assert.equal(actions.filter(({ name }) => name === 'http/request').length, 1);
    assert.equal(
      actions.find(({ name }) => name === 'http/request'),
      builtInActions.find(({ name }) => name === 'http/request'),
    );
  });

  it('has the actions of packs under the names of pack and file, and says which packs nobody trusts', () => {
    const state = join(folder, 'state');
    put('.runwright/packs/edge/pack.yaml', 'name: edge\nversion: 1.0.0\npermissions: { targets: [ssh] }\n');
    put('.runwright/packs/edge/actions/block.action.yaml', 'name: edge/other\ndescription: Blocks\nscript: echo\n');
    put('.runwright/packs/edge/actions/Odd Name.action.yaml', 'name: edge/odd\nscript: echo\n');
    put('.runwright/packs/broken/pack.yaml', 'name: 7\n');
    put('.runwright/packs/broken/actions/a.action.yaml', 'name: a/a\nscript: echo\n');
    put('.runwright/packs/none/actions/a.action.yaml', 'name: a/a\nscript: echo\n');
    put('node_modules/@example/far/pack.yaml', 'name: far\nversion: 1.0.0\n');
    put('node_modules/@example/far/actions/look.action.yaml', 'name: far/look\nscript: echo\n');
    const it = new Workspace(disk, builtInActions, () => time, trustedIn(state, disk));
    const names = () => it.around(main()).ownActions.map(({ manifest, pack }) => `${manifest.name} ${pack?.version}`);
    const off = () => it.around(main()).packsOff.map(({ name }) => name);
    assert.deepEqual(names(), ['edge/block 1.0.0']);
    assert.deepEqual(off(), ['broken', 'edge']);
    assert.ok('wrong' in (it.around(main()).packs[0]?.info ?? {}));
    assert.deepEqual(it.around(join(folder, '.runwright/packs/edge/actions/block.action.yaml')).fileOf('./x'), join(folder, 'x'));
    put('.runwright/packs.yaml', 'packages: ["@example/far"]\n');
    put('state/trusted.json', JSON.stringify([join(realpathSync(folder), '.runwright/packs/edge')]));
    time += 5000;
    assert.deepEqual(names(), ['edge/block 1.0.0', 'far/look 1.0.0']);
    assert.deepEqual(off(), ['broken', 'far']);
    put('state/trusted.json', JSON.stringify([realpathSync(folder)]));
    time += 5000;
    assert.deepEqual(off(), []);
    put('state/trusted.json', '{');
    time += 5000;
    assert.equal(off().length, 3);
  });

  it('is the same object until a file behind it changes, and sees that at once when told', () => {
    const it = workspace();
    const first = it.around(main());
    assert.equal(first.called('./sub.runbook.yaml'), 'missing');
    assert.equal(it.around(main()), first);
    put('a/b/sub.runbook.yaml', 'runbook: v1\nname: Sub\nsteps: [{ run: "true" }]\n');
    assert.equal(it.around(main()), first);
    assert.deepEqual(it.changed(join(folder, 'a/b/sub.runbook.yaml')), [main()]);
    assert.deepEqual(it.changed(join(folder, 'elsewhere.yaml')), []);
    const second = it.around(main());
    assert.notEqual(second, first);
    assert.notEqual(second.called('./sub.runbook.yaml'), 'missing');
    put('a/.runwright/targets.yaml', 'edge: { type: ssh, host: h }\n');
    time += 5000;
    assert.equal(it.around(main()).targets.length, 1);
  });

  it('takes a text that is open before the one on the disk', () => {
    put('a/b/sub.runbook.yaml', 'runbook: v1\nname: Disk\nsteps: [{ run: "true" }]\n');
    const sub = join(folder, 'a/b/sub.runbook.yaml');
    let open: { text: string; version: number } | undefined = { text: 'runbook: v1\nname: Open\nsteps: [{ run: "true" }]\n', version: 1 };
    const it = new Workspace(
      withOpen(disk, (file) => (file === sub ? open : undefined)),
      builtInActions,
      () => time,
    );
    const nameOf = () => {
      const called = it.around(main()).called('./sub.runbook.yaml');
      return called && called !== 'missing' ? called.name : undefined;
    };
    assert.equal(nameOf(), 'Open');
    open = undefined;
    it.changed(sub);
    assert.equal(nameOf(), 'Disk');
  });
});
