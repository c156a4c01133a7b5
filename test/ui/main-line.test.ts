import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../support/workbench.ts';

// The main job as a person does it, one window from start to end. Screenshots go to the artifacts folder.
describe('the main line in a real VS Code', function () {
  this.timeout(180_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open();
  });
  after(async () => workbench?.close('main-line'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('a typo gets its squiggle, and the quick fix removes it', async () => {
    const { page } = workbench;
    await workbench.openFile('hello.runbook.yaml');
    await page.locator('.view-line', { hasText: 'steps:' }).first().waitFor();
    const line = workbench.lineOf('hello.runbook.yaml', 'steps:');
    await workbench.goToLine(line, 5);
    await page.keyboard.type('p');
    const squiggle = workbench.editor.locator('.squiggly-error').first();
    await squiggle.waitFor();
    await page.keyboard.press('F8');
    await page
      .locator('.peekview-widget, .marker-widget', { hasText: /stepps/ })
      .first()
      .waitFor();
    // One mistake, one error.
    await page.locator('[id="status.problems"][aria-label*="1"]').waitFor();
    assert.equal(await workbench.editor.locator('.squiggly-error').count(), 1);
    await workbench.screenshot('typo');
    await workbench.forReadme('typo');
    await page.keyboard.press('Escape');
    await workbench.goToLine(line, 3);
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget .monaco-list-row', { hasText: /steps/ }).first().click();
    await squiggle.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+s');
  });

  it('Run Runbook asks for its inputs, stops at the approval, and goes on when a person approves', async () => {
    const { page } = workbench;
    await workbench.openFile('disk-pressure.runbook.yaml');
    await workbench.openViews();
    await workbench.palette('Runwright: Run Runbook');
    await page.locator('.quick-input-widget', { hasText: 'folder' }).waitFor();
    await workbench.screenshot('input');
    // A value that breaks the input's pattern is refused at once.
    await workbench.quickInput.fill('../elsewhere');
    await page.locator('.quick-input-widget .quick-input-message', { hasText: /folder/ }).waitFor();
    await workbench.quickInput.fill('scratch');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget', { hasText: 'threshold' }).waitFor();
    await page.keyboard.press('Enter');
    await workbench
      .rows('Approvals')
      .filter({ hasText: /Pack the rotated logs|free/ })
      .first()
      .waitFor();
    await workbench.goToLine(workbench.lineOf('disk-pressure.runbook.yaml', '  - id: free'));
    await workbench.lineStatus('free', 'waits for approval');
    await workbench.inThemes('approval');
    await workbench.forReadme('approval');
    await workbench.palette('Runwright: Approve');
    // One question or many: the person sees what would run before choosing it.
    const choice = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Pack the rotated logs' });
    await choice.filter({ hasText: 'rotated-logs.tar.gz' }).waitFor();
    await choice.click();
    await workbench.rows('Approvals').waitFor({ state: 'detached' });
    await workbench.rows('Runs').filter({ hasText: 'Relieve disk pressure' }).filter({ hasText: 'completed' }).waitFor();
    await workbench.goToLine(workbench.lineOf('disk-pressure.runbook.yaml', '  - id: free'));
    await workbench.lineStatus('free', 'succeeded in');
    const files = readdirSync(join(workbench.workspace, 'scratch'));
    assert.ok(files.includes('rotated-logs.tar.gz') && !files.includes('app.log.1'), `the step did not do its work: ${files}`);
    await workbench.screenshot('succeeded');
  });

  it('the failing sample is run, and the copilot names the step, the cause and a remedy', async () => {
    const { page } = workbench;
    await workbench.openFile('fetch-report.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('summarize', 'failed');
    await workbench.palette('Runwright: Open Copilot');
    const input = workbench.chat.getByRole('textbox').first();
    await input.waitFor();
    await input.fill('why did this fail?');
    await input.press('Enter');
    const log = workbench.chat.getByRole('log');
    await log
      .getByText(/summarize/)
      .first()
      .waitFor();
    await log
      .getByText(/report-summary/)
      .first()
      .waitFor();
    // What it was given, to be read in full.
    const chips = log.getByRole('group', { name: 'Context of this answer' });
    for (const [name, heading] of [
      ['Definition', '## Current Workflow Definition Context'],
      ['Run', '## Current Workflow Instance State'],
      ['Errors', '## Workflow Instance Errors'],
    ] as const) {
      const chip = chips.getByRole('button', { name: new RegExp(`^${name}`) });
      await chip.click();
      const text = (await log.getByRole('group', { name: `Exact text: ${name}` }).textContent()) ?? '';
      assert.ok(text.startsWith(heading), `${name} begins with ${text.slice(0, 80)}`);
      await workbench.screenshot(`context-${name.toLowerCase()}`);
      await chip.click();
    }
    await log.getByRole('region', { name: 'Explained failure of the step summarize' }).scrollIntoViewIfNeeded();
    await workbench.forReadme('copilot');
    await workbench.inThemes('failure', true);
    await page.keyboard.press('Escape');
  });
});
