import assert from 'node:assert/strict';
import { Workbench } from '../support/workbench.ts';

describe('with the copilot switched off, in a real VS Code', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ settings: { 'runwright.ai.enabled': false } });
    await workbench.openFile('fetch-report.runbook.yaml');
    await workbench.openViews();
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('summarize', 'failed');
  });
  after(async () => workbench?.close('without-copilot'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('no command of it is in the palette', async () => {
    const { page } = workbench;
    await page.keyboard.press('F1');
    await workbench.quickInput.fill('>Runwright:');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'Runwright: Run Runbook' }).waitFor();
    // The list draws only what can be seen of it, so each one is looked for by its own words.
    for (const words of ['Open Copilot', 'Ask Copilot', 'New Chat', "Copilot's Context", "Model's API Key"]) {
      await workbench.quickInput.fill('>Runwright: Run Runbook');
      await rows.filter({ hasText: 'Runwright: Run Runbook' }).waitFor();
      await workbench.quickInput.fill(`>Runwright: ${words}`);
      await rows.filter({ hasText: 'Runwright: Run Runbook' }).waitFor({ state: 'detached' });
      assert.equal(await rows.filter({ hasText: 'Runwright' }).filter({ hasText: words }).count(), 0, words);
    }
    await page.keyboard.press('Escape');
  });

  it('a failure has its lens to run the step and none to ask', async () => {
    await workbench.goToLine(workbench.lineOf('fetch-report.runbook.yaml', '  - id: summarize'));
    await workbench.lenses('Run Step').first().waitFor();
    assert.equal(await workbench.lenses('Copilot').count(), 0);
  });

  it('neither the editor, its menu, the rows of runs nor a side bar offer it', async () => {
    const { page } = workbench;
    const row = await workbench.run('Nightly report', 'failed');
    await row.hover();
    await row.locator('.action-label[aria-label^="Show Run Output"]').waitFor();
    assert.equal(await row.locator('.action-label[aria-label*="Copilot"]').count(), 0);
    await page.locator('.editor-actions .action-label[aria-label^="Run Runbook"]').waitFor();
    assert.equal(await page.locator('.editor-actions .action-label[aria-label*="Copilot"]').count(), 0);
    await workbench.editor.locator('.view-line', { hasText: 'summarize' }).first().click({ button: 'right' });
    const menu = page.locator('.context-view .monaco-menu, .monaco-menu').last();
    await menu.locator('.action-label', { hasText: 'Run Runbook' }).waitFor();
    assert.equal(await menu.locator('.action-label', { hasText: 'About This Failure' }).count(), 0);
    await page.keyboard.press('Escape');
    await workbench.screenshot('dark-without-copilot');
    await workbench.palette('View: Toggle Secondary Side Bar Visibility');
    await page.locator('.part.auxiliarybar').waitFor();
    assert.equal(await page.locator('.part.auxiliarybar', { hasText: 'Runwright Copilot' }).count(), 0);
    assert.equal(await page.locator('.part.auxiliarybar .action-label[aria-label*="Runwright"]').count(), 0);
    assert.equal(await page.locator('iframe.webview').count(), 0);
  });
});
