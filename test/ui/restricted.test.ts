import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../support/workbench.ts';

const touching = 'runbook: v1\nname: Leave a trace\nsteps:\n  - id: touch\n    run: touch trace.txt\n';

describe('a workspace that is not trusted, in a real VS Code', function () {
  this.timeout(120_000);
  let workbench: Workbench;
  const ran = () => existsSync(join(workbench.workspace, 'trace.txt'));

  before(async () => {
    workbench = await Workbench.open({
      untrusted: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never', 'workbench.editor.useModal': 'off' },
      files: { 'touching.runbook.yaml': touching, 'wrong.runbook.yaml': touching.replace('run:', 'rnu:') },
    });
  });
  after(async () => workbench?.close('restricted'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('is checked as everywhere', async () => {
    await workbench.openFile('wrong.runbook.yaml');
    await workbench.editor.locator('.squiggly-error').first().waitFor();
  });

  it('runs nothing, says why, and offers to manage trust', async () => {
    await workbench.openFile('touching.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    const refusal = workbench.toasts.filter({ hasText: 'This workspace is not trusted, so Runwright does not run anything in it.' });
    await refusal.waitFor();
    await workbench.screenshot('dark-restricted');
    assert.ok(!ran());
    await workbench.openViews();
    assert.equal(await workbench.rows('Runs').count(), 0);
    await refusal.locator('.monaco-button', { hasText: 'Manage Workspace Trust' }).click();
  });

  it('runs once it is trusted', async () => {
    const { page } = workbench;
    await page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ })
      .first()
      .click();
    await page.locator('[id="status.workspaceTrust"]').waitFor({ state: 'detached' });
    await page.locator('.tab', { hasText: 'touching.runbook.yaml' }).click();
    await workbench.editor.locator('.view-line').first().waitFor();
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('touch', 'succeeded');
    assert.ok(ran());
  });
});
