import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Workbench } from '../support/workbench.ts';

// From a sentence to what it does, in one window, by the offline rules: nobody is asked anything but the person.
describe('sentences that become actions, in a real VS Code', function () {
  this.timeout(180_000);
  let workbench: Workbench;
  let conversation: Locator;
  let hook: Server;
  const posted: string[] = [];

  before(async () => {
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        posted.push(body);
        response.end('ok');
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => hook.once('listening', resolve));
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
    workbench = await Workbench.open({
      settings: { 'workbench.colorTheme': 'Default Light Modern' },
      files: { '.runwright/channels.yaml': `team: { type: webhook, url: "${url}" }\n` },
    });
    conversation = workbench.chat.getByRole('log');
    await workbench.palette('Runwright: Open Copilot');
  });
  after(async () => {
    await workbench?.close('actions');
    hook?.close();
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
  const list = () => join(workbench.workspace, '.runwright/lists/blocked.txt');

  it('asks how long an address should be blocked, takes the choice, and blocks it when the person says so', async () => {
    const asked = await ask('Block IP 192.168.1.100');
    await asked.getByText('How long should it be blocked?').waitFor();
    await workbench.screenshot('actions-question');
    await asked.getByRole('button', { name: 'Answer: 24 hours' }).click();
    const card = conversation.getByRole('group', { name: 'Actions to confirm' }).last();
    await card.getByText('Block 192.168.1.100 for 24 hours').waitFor();
    await card.getByText('risk medium').waitFor();
    await workbench.screenshot('actions-card');
    // Nothing has happened yet.
    assert.ok(!existsSync(list()));
    await card.getByRole('button', { name: /^Approve & Execute/ }).click();
    const result = conversation.getByRole('group', { name: 'Execution' }).last();
    await result.getByText('Executed').waitFor();
    await result.getByText(/created, until/).waitFor();
    await workbench.screenshot('actions-result');
    assert.match(readFileSync(list(), 'utf8'), /^192\.168\.1\.100$/m);
    assert.ok(readdirSync(join(workbench.workspace, '.runwright/chat')).some((name) => /^chat_.*\.runbook\.yaml$/.test(name)));
  });

  it('asks which address is meant, then does both actions and says what came of each', async () => {
    const asked = await ask('Block the attacking IP for 1 hour and alert the team');
    await asked.getByText('Which address should be blocked?').waitFor();
    await ask('203.0.113.50');
    const card = conversation.getByRole('group', { name: 'Actions to confirm' }).last();
    await card.getByText('2 actions').waitFor();
    await card.getByRole('button', { name: /^Approve & Execute/ }).click();
    const result = conversation.getByRole('group', { name: 'Execution' }).last();
    await result.getByText('Executed').waitFor();
    await result.getByText(/1 analyst notified/).waitFor();
    assert.match(readFileSync(list(), 'utf8'), /^203\.0\.113\.50$/m);
    assert.match(posted.join('\n'), /203\.0\.113\.50/);
  });

  it('investigates, and gives the case with its evidence', async () => {
    await ask('Investigate this incident for malware');
    const card = conversation.getByRole('group', { name: 'Actions to confirm' }).last();
    await card.getByRole('button', { name: /^Approve & Execute/ }).click();
    const result = conversation.getByRole('group', { name: 'Execution' }).last();
    await result.getByText(/case .*pieces? of evidence/).waitFor({ timeout: 120_000 });
    await workbench.screenshot('actions-investigation');
  });

  it('does nothing when the person cancels, and survives a reload', async () => {
    const before = readFileSync(list(), 'utf8');
    await ask('Block 198.51.100.9 for 1 hour');
    const card = conversation.getByRole('group', { name: 'Actions to confirm' }).last();
    await card.getByRole('button', { name: /^Cancel/ }).click();
    await card.getByText('Cancelled: nothing was done.').waitFor();
    await workbench.page.reload();
    await workbench.page.locator('.monaco-workbench').waitFor();
    // The view was open, so the window that comes back shows it again, with what was said before.
    await conversation
      .getByText(/created, until/)
      .first()
      .waitFor();
    assert.equal(readFileSync(list(), 'utf8'), before);
  });
});
