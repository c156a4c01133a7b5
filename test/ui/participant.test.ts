import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { systemPrompt } from '../../copilot/prompts.ts';
import { type FakeEditorModel, packFakeModels } from '../support/fake-models.ts';
import { Workbench } from '../support/workbench.ts';

// VS Code's own Chat and its own models; the model is a fake, registered as any extension registers one.
describe('the copilot with the models of VS Code', function () {
  this.timeout(180_000);
  let workbench: Workbench;
  let model: FakeEditorModel;

  before(async () => {
    model = packFakeModels();
    workbench = await Workbench.open({
      extensions: [model.vsix],
      env: model.env,
      machineSettings: { 'runwright.ai.provider': 'vscode' },
    });
  });
  after(async () => {
    await workbench?.close('participant');
    model?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('answers in the chat view with the model that VS Code offers, and what was sent is what the chips show', async () => {
    model.answer({ text: 'The step `summarize` is the one, says **Fake One**.' });
    await workbench.openFile('fetch-report.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('summarize', 'failed');
    await workbench.palette('Runwright: Open Copilot');
    const box = workbench.chat.getByRole('textbox', { name: 'Question' });
    await box.fill('Why did it fail?');
    await box.press('Enter');
    const turn = workbench.chat.getByRole('log').getByRole('article', { name: 'Question: Why did it fail?' });
    // VS Code asks a person before an extension may use a model.
    const consent = workbench.dialog.getByRole('button', { name: 'Allow' });
    await turn.locator('strong', { hasText: 'Fake One' }).or(consent).first().waitFor();
    if (await consent.isVisible()) await consent.click();
    await turn.locator('strong', { hasText: 'Fake One' }).waitFor();
    const shown: string[] = [];
    for (const chip of await turn.locator('.chip').all()) {
      await chip.click();
      shown.push((await turn.locator('.context-text pre').textContent()) ?? '');
      await chip.click();
    }
    const [request] = model.requests();
    assert.equal(request?.[0]?.text, `${systemPrompt}\n\n${shown.join('\n\n')}`);
    assert.equal(request?.at(-1)?.text, 'Why did it fail?');
    await workbench.screenshot('dark-editor-model');
  });

  it('says what to do when VS Code has no such model, or refuses', async () => {
    model.answer({ error: 'Blocked' });
    const box = workbench.chat.getByRole('textbox', { name: 'Question' });
    await box.fill('And now?');
    await box.press('Enter');
    const turn = workbench.chat.getByRole('log').getByRole('article', { name: 'Question: And now?' });
    await turn.getByText('takes no more requests now').waitFor();
    model.answer({ text: 'Fine again.' });
  });

  it('answers as @runwright in VS Code’s own Chat, with the same context', async () => {
    model.answer({ text: 'Fake One explains: `summarize` calls a program that is not there.' });
    const before = model.requests().length;
    await say(workbench, '@runwright /explain ');
    await response(workbench, 'Fake One explains').waitFor({ timeout: 60_000 });
    const sent = model.requests().slice(before);
    const asked = sent.find((messages) => messages.at(-1)?.text.startsWith('Why did the last run fail'));
    assert.ok(asked, JSON.stringify(sent.map((messages) => messages.at(-1)?.text.slice(0, 80))));
    assert.ok(asked[0]?.text.startsWith(systemPrompt));
    for (const heading of ['## Current Workflow Definition Context', '## Current Workflow Instance State', '## Workflow Instance Errors'])
      assert.ok(asked[0]?.text.includes(heading), heading);
    await workbench.screenshot('dark-participant');
  });

  it('uses tools there, and their results go to the model', async () => {
    model.answer({
      text: 'Looked at, says Fake One.',
      calls: [
        { name: 'explain_failure', input: {} },
        { name: 'approve_step', input: { run: 'any' } },
      ],
    });
    const before = model.requests().length;
    // The participant stays chosen.
    await say(workbench, 'What went wrong there?');
    await response(workbench, 'Looked at, says Fake One').waitFor({ timeout: 60_000 });
    const sent = model.requests().slice(before);
    const told = (sent.at(-1) ?? []).map(({ text }) => text).join('\n');
    assert.match(told, /## Result of explain_failure[\s\S]*report-summary/);
    assert.match(
      sent
        .at(-1)
        ?.map(({ text }) => text)
        .join('\n') ?? '',
      /There is no tool of that name/,
    );
    // What was refused is not folded away with what was read.
    await response(workbench, 'approve_step, which does not exist').waitFor();
    await workbench.screenshot('dark-participant-tools');
  });

  it('puts a runbook together where the model proposes none, and creates it in the copilot when the person says so', async () => {
    model.answer({ text: 'Fake One has no idea.' });
    await say(workbench, '/generate Block 192.0.2.7 for 1 hour');
    await response(workbench, 'The rules put a runbook together').waitFor({ timeout: 60_000 });
    const file = join(workbench.workspace, 'block-192-0-2-7.runbook.yaml');
    await workbench.page.getByRole('button', { name: 'Review and Apply in the Copilot' }).last().click();
    const card = workbench.chat.getByRole('region', { name: /^New runbook block-192-0-2-7/ });
    await card.getByRole('button', { name: /^Create/ }).waitFor();
    assert.ok(!existsSync(file));
    await workbench.screenshot('dark-participant-generate');
    await card.getByRole('button', { name: /^Create/ }).click();
    await card.locator('.mark', { hasText: 'applied' }).waitFor();
    assert.match(readFileSync(file, 'utf8'), /uses: security\/block_ip/);
  });

  it('shows what a request would do, and leaves it to the card of the copilot', async () => {
    const before = model.requests().length;
    await say(workbench, '/run Block 192.0.2.8 for 1 hour');
    await response(workbench, 'Nothing has run.').waitFor({ timeout: 60_000 });
    await workbench.page.getByRole('button', { name: 'Review and Execute in the Copilot' }).last().click();
    const card = workbench.chat.getByRole('region', { name: 'Actions to confirm' }).last();
    await card.getByText('Block 192.0.2.8 for 1 hour').waitFor();
    await workbench.screenshot('dark-participant-run');
    assert.equal(model.requests().length, before);
    assert.ok(!existsSync(join(workbench.workspace, '.runwright/lists/blocked.txt')));
  });
});

/** In VS Code's own Chat, which keeps whom the last question was for. */
async function say(workbench: Workbench, text: string): Promise<void> {
  const { page } = workbench;
  await workbench.palette('Chat: Open Chat');
  const input = page.locator('.interactive-input-part .monaco-editor, .chat-input-container .monaco-editor').last();
  await input.waitFor();
  await input.click();
  await page.keyboard.type(text);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
}

/** The newest is not always the last in the list, which holds only what is on the screen. */
const response = (workbench: Workbench, text: string): Locator =>
  workbench.page.locator('.interactive-item-container', { hasText: text }).first();
