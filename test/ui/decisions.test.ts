import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../support/workbench.ts';

const risky = `runbook: v1
name: Clean up
steps:
  - id: wipe
    name: Remove old data
    risk: critical
    env: { WHERE: old-data }
    run: |
      echo "removing $WHERE"
      touch wiped.txt
`;
// Its question tries to become a link that runs a command.
const reversible = `runbook: v1
name: Switch over
steps:
  - id: drain
    run: touch drained.txt
    undo: { run: rm drained.txt }
  - id: switch
    name: Switch the traffic
    approve: { message: "Switch now? [Details](command:workbench.action.closeActiveEditor)" }
    run: touch switched.txt
on-failure: rollback
`;
const secretive = `runbook: v1
name: Call the service
secrets: [SERVICE_TOKEN]
inputs:
  other: { type: string, default: unused, description: Of no use for the step alone }
steps:
  - id: first
    env: { OTHER: "\${{ inputs.other }}" }
    run: echo "first $OTHER"
  - id: call
    env: { TOKEN: "\${{ secrets.SERVICE_TOKEN }}" }
    run: echo "token is $TOKEN."
`;
const endless = `runbook: v1
name: Wait forever
steps:
  - id: wait
    run: |
      touch waiting.txt
      sleep 3600
`;
const token = 'tok-4b1d-9c22-e7f0';

// One window from start to end: each test leaves it as the next one needs it, first with Runwright's views hidden.
describe('decisions and runs in a real VS Code', function () {
  this.timeout(120_000);
  let workbench: Workbench;
  const there = (file: string) => existsSync(join(workbench.workspace, file));

  before(async () => {
    workbench = await Workbench.open({
      settings: { 'workbench.colorTheme': 'Light Modern' },
      files: {
        'risky.runbook.yaml': risky,
        'reversible.runbook.yaml': reversible,
        'secretive.runbook.yaml': secretive,
        'endless.runbook.yaml': endless,
      },
    });
  });
  after(async () => workbench?.close('decisions'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('a notification asks while the Approvals view is hidden; what a runbook says is no link in it', async () => {
    await workbench.openFile('reversible.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    const toast = workbench.toasts.filter({ hasText: 'Switch the traffic waits for approval' });
    await toast.waitFor();
    assert.match((await toast.textContent()) ?? '', /Switch over/);
    assert.equal(await toast.locator('a', { hasText: 'Details' }).count(), 0);
    await workbench.screenshot('light-notification');
    await toast.locator('.monaco-button', { hasText: 'Approve' }).click();
    await workbench.lineStatus('id: switch', 'succeeded');
    assert.ok(there('switched.txt'));
  });

  it('a rejection with a note ends the run as rejected and undoes what was done', async () => {
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('id: switch', 'waits for approval');
    assert.ok(there('drained.txt'));
    await workbench.toasts.locator('.monaco-button', { hasText: 'Reject' }).first().click();
    await workbench.answer('Why?', 'not before noon');
    await workbench.openViews();
    await workbench.run('Switch over', 'rejected');
    await workbench.lineStatus('id: drain', 'undone');
    assert.ok(!there('drained.txt'), 'the undo did not run');
    await workbench.terminal.filter({ hasText: 'not before noon' }).waitFor();
  });

  it('a critical step shows exactly what will run; Cancel leaves it waiting, Approve runs it', async () => {
    await workbench.openFile('risky.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    const waiting = workbench.rows('Approvals').filter({ hasText: 'Remove old data' });
    await waiting.waitFor();
    const ask = async () => {
      await waiting.hover();
      await waiting.locator('.action-label[aria-label^="Approve"]').click();
      await workbench.dialog.waitFor();
    };
    await ask();
    const text = await workbench.dialog.innerText();
    for (const part of ['Remove old data', 'Clean up', 'Risk: critical', 'WHERE=old-data', 'echo "removing $WHERE"\ntouch wiped.txt'])
      assert.ok(text.includes(part), `${JSON.stringify(part)} is not in ${text}`);
    await workbench.screenshot('light-dialog');
    await workbench.dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await workbench.dialog.waitFor({ state: 'detached' });
    await workbench.lineStatus('id: wipe', 'waits for approval');
    assert.ok(!there('wiped.txt'));
    await ask();
    // An Enter too many opens what would run, and approves nothing.
    await workbench.page.keyboard.press('Enter');
    await workbench.dialog.waitFor({ state: 'detached' });
    await workbench.page.locator('.tab.active', { hasText: /wipe/ }).waitFor();
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'touch wiped.txt' }).waitFor();
    assert.ok(!there('wiped.txt'));
    await waiting.waitFor();
    await ask();
    await workbench.dialog.locator('.monaco-button', { hasText: 'Approve' }).click();
    await workbench.run('Clean up', 'completed');
    await waiting.waitFor({ state: 'detached' });
    assert.ok(there('wiped.txt'));
  });

  it('Run Step runs that step alone and asks only for what it refers to', async () => {
    await workbench.openFile('secretive.runbook.yaml');
    await workbench.lenses('Run Step').first().click();
    await workbench.answer('Of no use', 'seen');
    await workbench.lineStatus('id: first', 'succeeded');
    await workbench.terminal.filter({ hasText: 'first seen' }).waitFor();
    await workbench.run('Call the service', 'completed');
    await workbench.lenses('Run Step').nth(1).click();
    // No question about the input: the first one is about the secret.
    await workbench.page.locator('.quick-input-widget', { hasText: 'secret SERVICE_TOKEN' }).waitFor();
    await workbench.screenshot('light-missing-secret');
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInput.waitFor({ state: 'hidden' });
  });

  it('a secret is set once, reaches its step, and is hidden in the output', async () => {
    const { page } = workbench;
    await workbench.palette('Runwright: Set Secret');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'SERVICE_TOKEN' }).filter({ hasText: 'has no value yet' }).click();
    await page.locator('.quick-input-widget', { hasText: 'Set Secret SERVICE_TOKEN' }).waitFor();
    assert.equal(await workbench.quickInput.getAttribute('type'), 'password');
    await workbench.answer('kept encrypted', token);
    await page.locator('.statusbar', { hasText: 'Stored the secret SERVICE_TOKEN' }).waitFor();
    await workbench.palette('Runwright: Run Runbook');
    await workbench.answer('Of no use');
    await workbench.lineStatus('id: call', 'succeeded');
    await workbench.terminal.filter({ hasText: 'token is ***' }).waitFor();
    assert.ok(!(await page.locator('body').innerText()).includes(token), 'the value is on the screen');
    assert.ok(!readFileSync(join(workbench.workspace, 'secretive.runbook.yaml'), 'utf8').includes(token));
  });

  it('a run that goes on is cancelled from its row', async () => {
    await workbench.openFile('endless.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('id: wait', 'running');
    const row = await workbench.run('Wait forever', 'running');
    await row.hover();
    await row.locator('.action-label[aria-label^="Cancel Run"]').click();
    await workbench.run('Wait forever', 'cancelled');
    await workbench.lineStatus('id: wait', 'cancelled');
  });

  it('an approval outlives the engine: it is still asked for afterwards, and approving completes the run', async () => {
    await workbench.openFile('reversible.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    const waiting = workbench.rows('Approvals').filter({ hasText: 'Switch the traffic' });
    await waiting.waitFor();
    const pid = workbench.enginePid();
    process.kill(pid, 'SIGKILL');
    await workbench.anotherEngine(pid);
    await waiting.waitFor();
    await waiting.hover();
    await waiting.locator('.action-label[aria-label^="Approve"]').click();
    await waiting.waitFor({ state: 'detached' });
    await workbench.run('Switch over', 'completed');
  });

  it('a window that is opened again shows how the last run went', async () => {
    const { page } = workbench;
    await page.reload();
    await page.locator('.monaco-workbench').waitFor();
    await workbench.status.waitFor({ timeout: 60_000 });
    await workbench.openFile('risky.runbook.yaml');
    await workbench.lineStatus('id: wipe', 'succeeded');
  });
});
