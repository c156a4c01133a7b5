import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Workbench } from '../support/workbench.ts';

const file = 'fetch-report.runbook.yaml';

// From a sentence to a change of the open runbook, by the offline rules: nothing changes before a person applies it.
describe('proposed changes, in a real VS Code', function () {
  this.timeout(180_000);
  let workbench: Workbench;
  let conversation: Locator;
  let original: string;

  before(async () => {
    workbench = await Workbench.open({ viewport: { width: 1500, height: 950 }, settings: { 'files.autoSave': 'off' } });
    original = readFileSync(join(workbench.workspace, file), 'utf8');
    conversation = workbench.chat.getByRole('log');
    await workbench.openFile(file);
    await workbench.palette('Runwright: Open Copilot');
  });
  after(async () => {
    await workbench?.close('proposals');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  const ask = async (question: string): Promise<Locator> => {
    const box = workbench.chat.getByRole('textbox', { name: 'Question' });
    await box.fill(question);
    await box.press('Enter');
    return conversation.getByRole('article', { name: `Question: ${question}` }).last();
  };
  /** As the editor saves it: what it holds is only seen in part. */
  const saved = async (): Promise<string> => {
    await workbench.page.locator('.tab.active.dirty').waitFor();
    await workbench.editor.locator('.view-line').first().click();
    await workbench.page.keyboard.press('Control+s');
    await workbench.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    return readFileSync(join(workbench.workspace, file), 'utf8');
  };
  const undo = async () => {
    await workbench.editor.locator('.view-line').first().click();
    await workbench.page.keyboard.press('Control+z');
  };

  it('shows the change, applies it when the person says so, and undoes it in one step', async () => {
    const turn = await ask('Add a timeout of 5 minutes to the step summarize');
    const asked = turn.getByRole('region', { name: /^Change of fetch-report/ });
    await asked.locator('.monaco-diff-editor .line-insert').first().waitFor();
    assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
    await workbench.inThemes('proposal', true);
    await asked.getByRole('button', { name: /^Apply/ }).click();
    await asked.locator('.mark', { hasText: 'applied' }).waitFor();
    // Nobody but the person saves.
    assert.equal(readFileSync(join(workbench.workspace, file), 'utf8'), original);
    await workbench.page.locator('.tab.active.dirty').waitFor();
    await workbench.screenshot('proposal-applied');
    assert.match(await saved(), /timeout: 5m/);
    await undo();
    assert.equal(await saved(), original);
  });

  it('keeps what the person wrote elsewhere meanwhile', async () => {
    const turn = await ask('Add a timeout of 7 minutes to the step summarize');
    const card = turn.getByRole('region', { name: /^Change of/ });
    await card.getByRole('button', { name: /^Apply/ }).waitFor();
    await workbench.editor.locator('.view-line').first().click();
    await workbench.page.keyboard.press('Control+Home');
    await workbench.page.keyboard.type('# mine ');
    await card.getByRole('button', { name: /^Apply/ }).click();
    await card.getByText('what was changed elsewhere in it was kept').waitFor();
    const text = await saved();
    assert.match(text, /^# mine # Fails/);
    assert.match(text, /timeout: 7m/);
    await undo();
    assert.equal(await saved(), `# mine ${original}`);
  });

  it('refuses a change of what the person has changed meanwhile, and changes nothing', async () => {
    const turn = await ask('Add a timeout of 9 minutes to the step summarize');
    const card = turn.getByRole('region', { name: /^Change of/ });
    await card.getByRole('button', { name: /^Apply/ }).waitFor();
    // Another program writes the file; the editor takes it over.
    const theirs = original.replace('report-summary', 'other-summary');
    writeFileSync(join(workbench.workspace, file), theirs);
    await workbench.editor.locator('.view-line', { hasText: 'other-summary' }).first().waitFor();
    await card.getByRole('button', { name: /^Apply/ }).click();
    await card.locator('.mark', { hasText: 'out of date' }).waitFor();
    await card.getByText('Ask again').waitFor();
    await workbench.screenshot('proposal-stale');
    assert.equal(await workbench.page.locator('.tab.active.dirty').count(), 0);
    assert.equal(readFileSync(join(workbench.workspace, file), 'utf8'), theirs);
  });

  it('opens a diff editor, and discards', async () => {
    const turn = await ask('Add a timeout of 4 minutes to the step summarize');
    const card = turn.getByRole('region', { name: /^Change of/ });
    await card.getByRole('button', { name: /^Open as Diff Editor/ }).click();
    await workbench.page.locator('.tab.active', { hasText: 'proposed change' }).waitFor();
    await card.getByRole('button', { name: /^Discard/ }).click();
    await card.locator('.mark', { hasText: 'discarded' }).waitFor();
  });

  it('keeps each chat, goes back to one, and still has it after a reload', async () => {
    await workbench.palette('Runwright: New Chat');
    await conversation.getByRole('article').first().waitFor({ state: 'detached' });
    await ask('What can you do?');
    await workbench.palette('Runwright: Chat History');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'What can you do?' }).waitFor();
    await workbench.screenshot('chat-history');
    const older = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Add a timeout' }).first();
    await older.click();
    await conversation.locator('.mark', { hasText: 'discarded' }).waitFor();
    await workbench.page.reload();
    await workbench.page.locator('.monaco-workbench').waitFor();
    await conversation.getByRole('article').first().waitFor({ timeout: 60_000 });
    // Which one was open a moment before is not always on the disk by then; what was said is.
    await workbench.palette('Runwright: Chat History');
    await older.click();
    await conversation.locator('.mark', { hasText: 'discarded' }).waitFor();
  });
});
