import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import { Journal } from './journal/journal.ts';
import { readSettings } from './shared-settings.ts';
import { prepareStart } from './start.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { fakeSecrets, harness, person } from './support/harness.ts';

const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
const trusted = async () => true;

describe('The settings of a workspace', () => {
  it('are whole files or sections of them, as written', async () => {
    using dir = temporaryFolder();
    writeFileSync(join(dir.folder, 'channels.yaml'), 'x-note: 1\nteam: { type: slack, url: "${{ secrets.hook }}" }\n');
    writeFileSync(join(dir.folder, 'security.yaml'), 'blocking: { via: file }\nintel: {}\n');
    assert.deepEqual(await readSettings(dir.folder, ['security.blocking', 'channels', 'security.waf', 'other', 'channels'], trusted), {
      channels: { team: { type: 'slack', url: '${{ secrets.hook }}' } },
      'security.blocking': { via: 'file' },
    });
    assert.deepEqual(await readSettings(dir.folder, ['channels', 'security.intel'], async (file) => file.endsWith('security.yaml')), {
      'security.intel': {},
    });
  });

  it('that cannot be used are refused without a word of what stands there', async () => {
    using dir = temporaryFolder();
    const file = join(dir.folder, 'security.yaml');
    const refused = () =>
      assert.rejects(
        readSettings(dir.folder, ['security.blocking'], trusted),
        (error) => isProblem('settings-invalid')(error) && !/word-of-mouth/.test(String(error)),
      );
    for (const text of ['a: [word-of-mouth', '- word-of-mouth', 'blocking: word-of-mouth', `blocking: { a: ${'x'.repeat(1024 * 1024)} }`]) {
      writeFileSync(file, text);
      await refused();
    }
    writeFileSync(file, '');
    assert.deepEqual(await readSettings(dir.folder, ['security.blocking'], trusted), {});
    mkdirSync(join(dir.folder, 'channels.yaml'));
    await assert.rejects(readSettings(dir.folder, ['channels'], trusted), isProblem('settings-invalid'));
    execFileSync('mkfifo', [join(dir.folder, 'pipe.yaml')]);
    await assert.rejects(readSettings(dir.folder, ['pipe'], trusted), isProblem('settings-invalid'));
  });

  it('are in the snapshot of a run whose actions want them, with the secrets that they name', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    try {
      mkdirSync(join(dir.folder, '.runwright'));
      const file = join(dir.folder, 'a.runbook.yaml');
      writeFileSync(file, 'a');
      writeFileSync(join(dir.folder, '.runwright/channels.yaml'), 'team: { type: slack, url: "${{ secrets.hook }}" }\n');
      const manifest: ActionManifest = {
        name: 'notify/test',
        description: 'For this test.',
        category: 'notification',
        complexity: 'simple',
        risk: 'low',
        idempotent: true,
        settings: 'channels',
        inputs: {},
        outputs: {},
        estimate: 1,
      };
      const runbook = runbookOf([{ ...scriptStep('a', ''), verb: { kind: 'uses', action: 'notify/test', with: {} } }]);
      const secrets = fakeSecrets({ hook: { value: 'https://hooks.example.net/abc', version: 7 } });
      const { parts } = harness({ folder: dir.folder, journal, runbook, secrets });
      const withAction = { ...parts, actions: { 'notify/test': { manifest, code: 'c' } } };
      const { snapshot } = (await prepareStart(withAction, journal, 'r-1', { file, via: 'api' }, person)).beginning;
      assert.deepEqual(snapshot.settings, { channels: { team: { type: 'slack', url: '${{ secrets.hook }}' } } });
      assert.equal(snapshot.workspace, join(dir.folder, '.runwright'));
      assert.deepEqual(snapshot.secrets, { hook: 7 });
      const nobody = { ...withAction, trust: { ...parts.trust, trusts: async (path: string) => !path.endsWith('channels.yaml') } };
      assert.deepEqual((await prepareStart(nobody, journal, 'r-2', { file, via: 'api' }, person)).beginning.snapshot.settings, {});
    } finally {
      journal.close();
    }
  });
});
