import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { systemPrompt } from '../../copilot/prompts.ts';
import { type FakeModel, startFakeModel } from '../support/fake-model.ts';
import { Workbench } from '../support/workbench.ts';

const key = 'sk-fake-5f1c9a7e3d2b';
const headings = ['## Current Workflow Definition Context', '## Current Workflow Instance State', '## Workflow Instance Errors'];

// One window and one fake model on loopback; its rules change from test to test.
describe('the copilot with a model, in a real VS Code', function () {
  this.timeout(120_000);
  let workbench: Workbench;
  let model: FakeModel;
  let conversation: Locator;

  before(async () => {
    model = await startFakeModel([], { key });
    workbench = await Workbench.open({
      settings: { 'workbench.colorTheme': 'Default High Contrast' },
      machineSettings: {
        'runwright.ai.provider': 'openai',
        'runwright.ai.baseUrl': model.baseUrl,
        'runwright.ai.model': 'fake-model-1',
      },
    });
    conversation = workbench.chat.getByRole('log');
  });
  after(async () => {
    await workbench?.close('model');
    await model?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  const ask = async (question: string): Promise<Locator> => {
    const box = workbench.chat.getByRole('textbox', { name: 'Question' });
    await box.fill(question);
    await box.press('Enter');
    return conversation.getByRole('article', { name: `Question: ${question}` });
  };

  it('asks for the key where it is missing, and keeps it to itself', async () => {
    model.script([{ reply: { kind: 'answer', text: 'Never sent.' } }]);
    await workbench.openFile('fetch-report.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('summarize', 'failed');
    await workbench.palette('Runwright: Open Copilot');
    const turn = await ask('What now?');
    await turn.getByRole('button', { name: 'Set API Key' }).waitFor();
    await workbench.screenshot('contrast-error-card');
    await workbench.palette("Runwright: Set the Model's API Key");
    await workbench.page.locator('.quick-input-widget', { hasText: 'API key for' }).waitFor();
    assert.equal(await workbench.quickInput.getAttribute('type'), 'password');
    await workbench.answer('API key for', key);
    await workbench.quickInput.waitFor({ state: 'hidden' });
  });

  it('is tested with one word when the person asks for that', async () => {
    model.script([{ reply: { kind: 'answer', text: 'ready' } }]);
    await workbench.chat.getByRole('button', { name: 'Test the model' }).click();
    await workbench.page.locator('.notification-toast', { hasText: /answered in \d+ ms/ }).waitFor();
    assert.equal(model.requests.length, 1);
    assert.deepEqual(
      model.requests.at(-1)?.body.messages.map(({ content }) => content),
      ['Answer with the one word: ready'],
    );
  });

  it('streams an answer, and what went over the wire is what the chips show', async () => {
    model.script([{ reply: { kind: 'slow', text: 'The step `summarize` calls **report-summary**, which is not there.', pause: 20 } }]);
    const turn = await ask('Why did it fail?');
    await turn.getByRole('button', { name: 'Copy the answer' }).waitFor();
    await turn.locator('strong', { hasText: 'report-summary' }).waitFor();
    await turn.getByText('fake-model-1').waitFor();
    const shown: string[] = [];
    for (const chip of await turn.locator('.chip').all()) {
      await chip.click();
      shown.push((await turn.locator('.context-text pre').textContent()) ?? '');
      await chip.click();
    }
    assert.equal(model.requests.length, 1);
    const { messages } = model.requests[0]?.body ?? { messages: [] };
    assert.deepEqual(
      messages.filter(({ role }) => role === 'system').map(({ content }) => content),
      [`${systemPrompt}\n\n${shown.join('\n\n')}`],
    );
    assert.equal(messages.at(-1)?.content, 'Why did it fail?');
    for (const heading of headings)
      assert.ok(
        shown.some((text) => text.startsWith(heading)),
        heading,
      );
    await workbench.screenshot('contrast-model-answer');
  });

  it('says that it waits when it is told to slow down, then answers', async () => {
    model.script([
      { times: 1, reply: { kind: 'error', status: 429, message: 'Too many requests.', retryAfter: '2' } },
      { reply: { kind: 'answer', text: 'Here I am again.' } },
    ]);
    const turn = await ask('Are you there?');
    await turn.getByText(/asks to slow down; trying again in \d+ s/).waitFor();
    await turn.getByText('Here I am again.').waitFor();
  });

  it('offers to retry where waiting would take too long, and the retry answers', async () => {
    model.script([
      { times: 1, reply: { kind: 'error', status: 429, message: 'Come back tomorrow.', retryAfter: '86400' } },
      { reply: { kind: 'answer', text: 'Back already.' } },
    ]);
    const turn = await ask('And today?');
    await turn.getByText(/answers no more questions for now/).waitFor();
    await turn.getByRole('button', { name: 'Retry' }).click();
    await conversation.getByText('Back already.').waitFor();
  });

  it('keeps the half of an answer that arrived, and marks it', async () => {
    model.script([{ reply: { kind: 'cut', text: 'The first half of it' } }]);
    const turn = await ask('Tell me all of it.');
    await turn.getByText('The first half of it').waitFor();
    await turn.getByText('incomplete').waitFor();
    await turn.getByRole('button', { name: 'Retry' }).waitFor();
    await workbench.screenshot('contrast-half-answer');
  });

  it('never shows the key and never sends it as text', async () => {
    for (const text of [
      await workbench.page.locator('body').innerText(),
      await workbench.chat.locator('body').innerHTML(),
      readFileSync(join(workbench.folder, 'data/Machine/settings.json'), 'utf8'),
      JSON.stringify(model.requests.map(({ body }) => body)),
    ])
      assert.ok(!text.includes(key), text.slice(0, 200));
    assert.deepEqual([...new Set(model.requests.map(({ authorization }) => authorization))], [`Bearer ${key}`]);
  });

  it('goes back to the offline rules where the model is chosen', async () => {
    const asked = model.requests.length;
    await workbench.chat.getByRole('combobox', { name: 'Who answers' }).click();
    await workbench.chat.getByRole('option', { name: 'Offline rules' }).click();
    const turn = await ask('why did this fail?');
    await turn.getByRole('region', { name: 'Explained failure of the step summarize' }).waitFor();
    assert.equal(model.requests.length, asked);
  });
});
