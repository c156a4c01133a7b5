import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import { builtInActions } from '../../runbook/actions.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import { ownActionsOf } from '../../runbook/files/own-action.ts';
import { sha256 } from './digest.ts';
import { Journal } from './journal/journal.ts';
import { loadActionForRun, loadForRun } from './load.ts';
import type { Parts } from './parts.ts';
import { prepareStart } from './start.ts';
import { runbookOf, temporaryFolder } from './support/fixtures.ts';
import { assistant, fakeSecrets, harness, person } from './support/harness.ts';
import { openTrust } from './trust.ts';

/** A workspace with the real reader and real trust; `outside/` is beside it. */
function scene(files: Readonly<Record<string, string>>) {
  const dir = temporaryFolder();
  const journal = new Journal(dir.folder);
  const workspace = join(dir.folder, 'ws');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), text);
  }
  const trust = openTrust(dir.folder);
  const secrets = fakeSecrets({ edge_key: { value: 'abcdefgh', version: 1 }, other: { value: 'ijklmnop', version: 1 } });
  const { parts: fake } = harness({ folder: dir.folder, journal, runbook: runbookOf([]), secrets });
  const parts: Parts<unknown> = {
    ...fake,
    trust,
    actions: Object.fromEntries(builtInActions.map((manifest) => [manifest.name, { manifest, code: 'c' }])),
    load: async (text, file, { own, targets }) => loadForRun(text, file, [...builtInActions, ...own], targets),
    ownActions: async (read) => ownActionsOf(read, builtInActions),
    loadAction: async (action, { own, targets }) => loadActionForRun(action, [...builtInActions, ...own], targets),
  };
  const file = join(workspace, 'books/a.runbook.yaml');
  const prepare = (caller = assistant, trustOnce = false) =>
    prepareStart(parts, journal, 'r-1', { file, via: 'api', ...(trustOnce ? { trustOnce } : {}) }, caller);
  return {
    workspace,
    trust,
    prepare,
    /** The code it is refused with, and why. */
    refusal: async () => {
      await trust.add(workspace);
      return prepare().then(
        () => 'started',
        (error: unknown) => (error instanceof ProblemError ? `${error.problem.code}: ${error.problem.message}` : String(error)),
      );
    },
    [Symbol.dispose]() {
      journal.close();
      dir[Symbol.dispose]();
    },
  };
}

const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
const book = (step = '{ id: it, uses: edge/block }', top = '') => `runbook: v1\nname: A\n${top}steps:\n  - ${step}\n`;
const pack = (permissions = '') => `name: edge\nversion: 1.0.0\n${permissions}`;
const action = (does = 'script: echo') => `name: edge/block\ndescription: Does it.\n${does}\n`;
const files = (more: Readonly<Record<string, string>> = {}) => ({
  'books/a.runbook.yaml': book(),
  '.runwright/packs/edge/pack.yaml': pack(),
  '.runwright/packs/edge/actions/block.action.yaml': action(),
  ...more,
});

describe('the start of a run with actions of a pack', () => {
  it('is refused while nobody trusts the pack, and says how to', async () => {
    using it = scene(files());
    await it.trust.add(join(it.workspace, 'books'));
    await assert.rejects(it.prepare(), (error) => {
      assert.ok(isProblem('pack-untrusted')(error) && error instanceof ProblemError);
      assert.match(error.problem.remedy, /runwright trust .*packs\/edge/);
      return true;
    });
    assert.ok((await it.prepare(person, true)).beginning.snapshot.actions['edge/block']);
    await it.trust.add(join(it.workspace, '.runwright/packs/edge'));
    const { snapshot } = (await it.prepare()).beginning;
    const file = join(it.workspace, '.runwright/packs/edge/actions/block.action.yaml');
    assert.deepEqual(snapshot.actions['edge/block']?.own, {
      kind: 'script',
      file,
      pack: { name: 'edge', version: '1.0.0', permissions: { targets: ['local'], secrets: [], network: [] } },
    });
    assert.equal(snapshot.actions['edge/block']?.code, sha256(Buffer.from(action())));
    assert.equal(snapshot.calls[file]?.folder, it.workspace);
  });

  it('finds packages that the workspace names, and no others', async () => {
    const moved = {
      'books/a.runbook.yaml': book(),
      'node_modules/@example/edge/pack.yaml': pack(),
      'node_modules/@example/edge/actions/block.action.yaml': action(),
    };
    using unnamed = scene({ ...moved, '.runwright/x': '' });
    assert.match(await unnamed.refusal(), /^runbook-invalid: .*edge\/block/);
    using named = scene({ ...moved, '.runwright/packs.yaml': 'packages: ["@example/edge"]\n' });
    assert.equal(await named.refusal(), 'started');
    using broken = scene({ ...moved, '.runwright/packs.yaml': 'packages: [../outside]\n' });
    assert.match(await broken.refusal(), /^runbook-invalid/);
  });

  it('does not follow a link out of what is trusted', async () => {
    using it = scene({
      'books/a.runbook.yaml': book(),
      '.runwright/packs/x': '',
      '../outside/pack.yaml': pack(),
      '../outside/actions/block.action.yaml': action(),
    });
    symlinkSync(join(it.workspace, '../outside'), join(it.workspace, '.runwright/packs/edge'));
    assert.match(await it.refusal(), /^pack-untrusted/);
  });

  it('calls actions by the names of pack and file, and leaves the other names alone', async () => {
    using it = scene(files({ '.runwright/packs/edge/actions/block.action.yaml': 'name: far/other\ndescription: Poses.\nscript: echo\n' }));
    assert.equal(await it.refusal(), 'started');
    const { actions } = (await it.prepare()).beginning.snapshot;
    assert.deepEqual(Object.keys(actions), ['edge/block']);
  });

  it('says what is wrong with a pack only to those who use it', async () => {
    using used = scene(files({ '.runwright/packs/edge/pack.yaml': 'name: edge\nversion: one\n' }));
    assert.match(await used.refusal(), /^pack-invalid: The pack edge cannot be used: in .*pack\.yaml, line 2/);
    using unused = scene(files({ '.runwright/packs/edge/pack.yaml': '}{', 'books/a.runbook.yaml': book('{ run: echo }') }));
    assert.equal(await unused.refusal(), 'started');
  });

  it('refuses targets that the pack does not name', async () => {
    const targets = 'edge: { type: ssh, host: h }\n';
    const onSsh = action('targets: [ssh]\nscript: echo');
    const shared = (permissions: string, does: string, step?: string) =>
      scene(
        files({
          'books/a.runbook.yaml': book(step),
          '.runwright/targets.yaml': targets,
          '.runwright/packs/edge/pack.yaml': pack(permissions),
          '.runwright/packs/edge/actions/block.action.yaml': does,
        }),
      );
    using one = shared('', onSsh, '{ id: it, uses: edge/block, target: edge }');
    assert.match(await one.refusal(), /^pack-permission: .* it needs targets of type local, and it runs on ssh\.$/);
    using two = shared('', action('steps: [ { run: echo, target: edge } ]'));
    assert.match(await two.refusal(), /^pack-permission: .* its step runs on edge, of type ssh\.$/);
    using three = shared(
      'permissions: { targets: [local, ssh] }\n',
      action('targets: [local, ssh]\nsteps: [ { run: echo, target: edge } ]'),
    );
    assert.equal(await three.refusal(), 'started');
  });

  it('refuses hosts that the pack does not name', async () => {
    const reaching = (permissions: string, url: string) =>
      scene(
        files({
          '.runwright/packs/edge/pack.yaml': pack(permissions),
          '.runwright/packs/edge/actions/block.action.yaml': action(
            `inputs: { h: {} }\nsteps: [ { uses: http/request, with: { url: "${url}" } } ]`,
          ),
        }),
      );
    for (const [permissions, url, expected] of [
      ['', 'https://api.example.net/x', /its step reaches api\.example\.net\.$/],
      ['permissions: { network: [api.example.net] }\n', 'https://API.example.net:8443/x', /^started/],
      ['permissions: { network: [api.example.net] }\n', 'https://api.example.net@evil.example.com/', /reaches evil\.example\.com\.$/],
      ['permissions: { network: [api.example.net] }\n', 'https://${{ inputs.h }}/', /is not known before/],
      ['permissions: { network: ["*"] }\n', 'https://${{ inputs.h }}/', /^started/],
    ] as const) {
      using it = reaching(permissions, url);
      assert.match(await it.refusal(), expected, url);
    }
  });

  it('refuses secrets that the pack does not name', async () => {
    const step = '{ id: it, uses: edge/block, with: { key: "${{ secrets.edge_key }}" } }';
    const handed = (permissions: string) =>
      scene(
        files({
          'books/a.runbook.yaml': book(step, 'secrets: [edge_key]\n'),
          '.runwright/packs/edge/pack.yaml': pack(permissions),
          '.runwright/packs/edge/actions/block.action.yaml': action('inputs: { key: {} }\nscript: echo'),
        }),
      );
    using none = handed('');
    assert.match(await none.refusal(), /^pack-permission: .* it needs no secret, and a step hands edge_key to it\.$/);
    using named = handed('permissions: { secrets: [edge_key] }\n');
    assert.equal(await named.refusal(), 'started');
  });
});
