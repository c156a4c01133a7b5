import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { loadRunbook } from '../load.ts';
import { marked } from '../support/marked.ts';
import { kindOf } from './kind.ts';
import { loadAction, ownActionsOf } from './own-action.ts';

const head = 'name: a/b\ndescription: Does it.\n';

/** `<<…>>` marks what is wrong, in the order of the text. */
function check(file: string, source: string, ...codes: readonly string[]): void {
  const { text, ranges } = marked(source);
  const { diagnostics } = analyse(text, { actions: builtInActions, file });
  assert.deepEqual(
    diagnostics.map(({ code, range, message }) => ({ code, at: text.slice(range.start, range.end), start: range.start, message })),
    codes.map((code, index) => ({
      code,
      at: text.slice(ranges[index]?.start, ranges[index]?.end),
      start: ranges[index]?.start,
      message: diagnostics[index]?.message,
    })),
  );
  for (const { message } of diagnostics) assert.doesNotMatch(message, /\brunbook\b/);
}

describe('files that are no runbooks', () => {
  it('are told by their names', () => {
    assert.equal(kindOf('/w/.runwright/actions/a.action.yaml'), 'action');
    assert.equal(kindOf('C:\\w\\.runwright\\targets.yaml'), 'targets');
    assert.equal(kindOf('file:///w/.runwright/targets.yaml'), 'targets');
    assert.equal(kindOf('/w/.runwright/channels.yaml'), 'channels');
    assert.equal(kindOf('/w/.runwright/packs/edge/pack.yaml'), 'pack');
    assert.equal(kindOf('C:\\w\\node_modules\\@example\\edge\\pack.yaml'), 'pack');
    assert.equal(kindOf('/w/pack.yaml'), 'runbook');
    assert.equal(kindOf('/w/.runwright/other.yaml'), 'runbook');
    assert.equal(kindOf('/w/targets.yaml'), 'runbook');
    assert.equal(kindOf('/w/a.runbook.yaml'), 'runbook');
  });

  const action = (source: string, ...codes: readonly string[]) => check('a.action.yaml', source, ...codes);

  it('actions without a fault have none', () => {
    action(`${head}script: echo "$INPUT_A"\ninputs: { a: {} }\nshell: sh\nx-note: mine\n`);
    action(
      `${head}risk: low\ninputs: { a: {} }\nenv: { A: "\${{ inputs.a }}" }\ntargets: [local, ssh]\noutputs: { c: { type: string, value: "\${{ steps.x.outputs.stdout }}" } }\nsteps: [ { id: x, run: echo } ]\nundo: { run: echo, env: { A: "\${{ inputs.a }} \${{ result.c }}" } }\n`,
    );
  });

  it('actions are held against their own schema', () => {
    action(`${head}<<labels>>: { a: b }\nscript: echo\n`, 'unknown-key');
    action(`name: <<Block>>\ndescription: Does it.\nrisk: <<hihg>>\nscript: echo\n`, 'wrong-value', 'wrong-value');
    action('<<name>>: a/b\nscript: echo\n', 'missing-key');
    action(`<<name>>: a/b\ndescription: Does it.\n`, 'missing-key');
    action(`${head}steps: [ { run: echo } ]\n<<script>>: echo\n`, 'one-of-keys');
  });

  it('their steps, expressions and undo are checked as in a runbook', () => {
    action(`${head}script: echo <<\${{ inputs.a }}>>\ninputs: { a: {} }\n`, 'script-interpolation');
    action(`${head}steps:\n  - run: echo\n    env: { A: "\${{ inputs.<<b>> }}" }\n    <<timout>>: 5s\n`, 'unknown-input', 'unknown-key');
    action(`${head}steps: [ { uses: <<http/reqest>> } ]\n`, 'unknown-action');
    action(`${head}env: { A: "\${{ secrets.<<key>> }}" }\nscript: echo\n`, 'unknown-secret');
    action(
      `${head}outputs: { c: {} }\nscript: echo\nundo: { run: echo, env: { A: "\${{ result.<<d>> }} \${{ steps.<<x>>.outputs.y }}" } }\n`,
      'unknown-output',
      'unknown-step',
    );
    action(`${head}script: echo\n<<undo>>: { wait: 5s }\n`, 'step-verb');
  });

  it('actions know what only they can get wrong', () => {
    action(`name: <<http/request>>\ndescription: Does it.\nscript: echo\n`, 'duplicate-name');
    action(`${head}inputs: { a-b: {}, <<a_b>>: {} }\nscript: echo\n`, 'duplicate-name');
    action(`${head}outputs: { c: { <<value>>: 1 } }\nscript: echo\n`, 'misplaced-key');
    action(`${head}outputs: { <<c>>: { type: string } }\nsteps: [ { run: echo } ]\n`, 'required-key');
  });

  it('shared targets are a map of targets', () => {
    const targets = (source: string, ...codes: readonly string[]) => check('/w/.runwright/targets.yaml', source, ...codes);
    targets('edge: { type: ssh, host: a }\nx-note: b\n');
    targets('edge: { type: ssh, host: a, <<hots>>: b }\n', 'unknown-key');
    targets('edge: <<{ host: a }>>\n', 'required-key');
    targets('- <<a>>: b\n'.replace('- <<a>>: b', '<<- a: b>>'), 'wrong-type');
  });

  it('channels are a map of channels, each with the keys of its type', () => {
    const channels = (source: string, ...codes: readonly string[]) => check('/w/.runwright/channels.yaml', source, ...codes);
    channels('editor: { type: vscode }\nteam: { type: slack, url: "${{ secrets.hook }}" }\nx-note: 1\n');
    channels('mail: { type: smtp, host: mail, port: "${{ secrets.port }}", from: a@example.net, to: [b@example.net] }\n');
    channels('team: { type: <<slakc>> }\n', 'wrong-value');
    channels('team: { type: slack, url: a, <<chanel>>: b }\n', 'unknown-key');
    channels('team: <<{ type: slack }>>\n', 'required-key');
    channels('mail: { type: smtp, host: mail, from: a, to: b, password: <<hunter22>> }\n', 'plain-secret');
  });

  it('security settings have sections', () => {
    const security = (source: string, ...codes: readonly string[]) => check('/w/.runwright/security.yaml', source, ...codes);
    security('blocking: {}\nintel: {}\nx-note: 1\n');
    security('<<blokcing>>: {}\n', 'unknown-key');
    security('blocking: <<on>>\n', 'wrong-type');
  });

  it('packs and lists of them have shapes of their own', () => {
    check('/w/.runwright/packs.yaml', 'packages: [edge, "@example/edge-actions"]\n');
    check('/w/.runwright/packs.yaml', 'packages: [<<../edge>>]\n', 'wrong-value');
    const pack = (source: string, ...codes: readonly string[]) => check('/w/.runwright/packs/edge/pack.yaml', source, ...codes);
    pack('name: edge\nversion: 1.0.0\npermissions: { targets: [ssh], secrets: [edge_key], network: ["*"] }\n');
    pack('name: edge\nversion: 1.0.0\npermissions: { <<disk>>: [all] }\n', 'unknown-key');
    pack('name: <<Edge>>\nversion: 1.0.0\n', 'wrong-value');
  });

  it('whatever the text, nothing is thrown', () => {
    for (const text of [
      '',
      '\t',
      '- a',
      'a: [',
      'name: a/b\nundo: 7\nsteps: 3\noutputs: [1]\n',
      '\0',
      '&a [*a]',
      'name: [',
      'undo: { steps: }',
    ])
      for (const file of ['a.action.yaml', '.runwright/targets.yaml', '.runwright/security.yaml', '.runwright/packs/a/pack.yaml'])
        assert(analyse(text, { actions: [], file }).diagnostics.length > 0);
  });
});

describe("a workspace's own actions", () => {
  it('keep to the first of a name, and never take that of a built-in one', () => {
    const files = [
      { file: '1', text: 'name: a/b\n' },
      { file: '2', text: 'name: a/b\n' },
      { file: '3', text: 'name: http/request\n' },
      { file: '4', text: 'name: [\n' },
    ];
    assert.deepEqual(
      ownActionsOf(files, builtInActions).map(({ file, manifest }) => [file, manifest.name]),
      [['1', 'a/b']],
    );
  });

  it('are loaded as what they do', () => {
    const text = `${head}risk: high\ninputs: { a: { type: integer, default: 3 } }\nscript: |\n  echo\nshell: sh\n`;
    const { action } = loadAction(text, { actions: [] });
    assert.equal(action?.kind, 'script');
    assert.deepEqual(action?.body.steps[0]?.verb, { kind: 'run', script: 'echo\n', shell: 'sh' });
    assert.equal(action?.body.risk, 'high');
    assert.equal(loadAction(`${head}rsik: high\nscript: echo\n`, { actions: [] }).action, undefined);
  });

  it('that are broken break no other runbook', () => {
    const [own] = ownActionsOf([{ file: 'a', text: `${head}rsik: high\nscript: echo\n` }], []);
    assert(own);
    const { runbook } = loadRunbook('runbook: v1\nname: n\nsteps:\n  - run: echo\n', { actions: [own.manifest] });
    assert(runbook);
  });
});
