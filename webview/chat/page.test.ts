import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ContextChip, ToChat, Turn } from '../../protocol/chat.ts';
import { type ChatPage, type ChatPages, hasBrowser, startChatPages } from '../../test/support/chat-page.ts';
import { type Theme, themes } from '../../test/support/themes.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const chip = (heading: string, text: string): ContextChip => ({
  heading,
  text,
  characters: text.length,
  redactions: [{ what: 'password', count: 1 }],
});
const chips = [
  chip('## Current Workflow Definition Context', '{ "name": "Nightly" }'),
  chip('## Workflow Instance Errors', '{ "totalErrors": 1 }'),
];
const diagnosis = {
  step: 'summarize',
  class: 'not-found',
  cause: 'It calls `report-summary`.',
  evidence: 'x: report-summary: command not found',
  remedies: ['Install `report-summary`.'],
};
const turn = (more: Partial<Turn> = {}): Turn => ({
  id: 't1',
  question: 'Why did this fail?',
  context: chips,
  notes: [],
  state: 'done',
  answer: 'Because.',
  model: 'fake',
  run: 'r1',
  ...more,
});
const state = (turns: Turn[] = []): ToChat => ({
  kind: 'state',
  turns,
  provider: { kind: 'openai', label: 'fake', endpoint: '127.0.0.1:4000', hasKey: false },
  upcoming: { context: chips, notes: ['A note.'], runbook: 'nightly.runbook.yaml', run: { id: 'r1', status: 'failed', chosen: true } },
});

describe('the chat page in a browser', function () {
  this.timeout(60_000);
  let pages: ChatPages;
  let chat: ChatPage;
  before(async function () {
    if (!hasBrowser) return this.skip();
    pages = await startChatPages();
  });
  after(() => pages?.close());
  const open = async (theme: Theme = 'dark-modern', width = 360) => {
    chat = await pages.open({ theme, width, height: 800 });
    return chat;
  };
  afterEach(async () => {
    assert.deepEqual(chat?.troubles ?? [], []);
    await chat?.close();
  });
  const lastSent = async () => (await chat.sent()).at(-1);

  it('says that it is ready, shows three suggestions, and sends one that is pressed', async () => {
    const { page } = await open();
    assert.deepEqual(await chat.sent(), [{ kind: 'ready' }]);
    await chat.post(state());
    const suggestions = page.locator('.suggestion');
    await suggestions.first().waitFor();
    assert.equal(await suggestions.count(), 3);
    await suggestions.first().click();
    assert.deepEqual(await lastSent(), { kind: 'ask', text: 'Why did this fail?' });
  });

  it('works by keyboard: Enter sends, Shift+Enter breaks the line, Escape stops', async () => {
    const { page } = await open();
    await chat.post(state());
    await page.locator('.composer textarea').focus();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    assert.deepEqual(await lastSent(), { kind: 'ask', text: 'one\ntwo' });
    // The control paints its new value a frame later.
    await page.locator('.composer textarea:placeholder-shown').waitFor();
    await page.keyboard.press('Enter');
    assert.equal((await chat.sent()).filter(({ kind }) => kind === 'ask').length, 1);
    await chat.post({ kind: 'turn', turn: turn({ state: 'answering', answer: '' }) });
    await page.locator('.stop:visible').waitFor();
    await page.keyboard.press('Escape');
    assert.deepEqual(await lastSent(), { kind: 'stop' });
  });

  it('shows each token and keeps what was painted before it', async () => {
    const { page } = await open();
    await chat.post(state());
    await chat.post({ kind: 'turn', turn: turn({ state: 'answering', answer: '' }) });
    await chat.post({ kind: 'token', turn: 't1', text: 'First paragraph.\n\nSecond' });
    await page.locator('.markdown p', { hasText: 'Second' }).waitFor();
    await page.evaluate(() => document.querySelector('.markdown p')?.setAttribute('data-mine', 'yes'));
    await chat.post({ kind: 'token', turn: 't1', text: ' paragraph **grows**' });
    await page.locator('.markdown strong', { hasText: 'grows' }).waitFor();
    assert.equal(await page.locator('.markdown p[data-mine]').textContent(), 'First paragraph.');
    assert.equal(await page.locator('.answer').getAttribute('aria-busy'), 'true');
  });

  it('follows the end of an answer only while the reader is there', async () => {
    const { page } = await open();
    await chat.post(state([turn({ answer: 'line\n\n'.repeat(80) })]));
    const log = page.locator('.log');
    const fromEnd = () => log.evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop);
    await page.waitForFunction(() => {
      const box = document.querySelector('.log');
      return box !== null && box.scrollTop > 0 && box.scrollHeight - box.clientHeight - box.scrollTop < 4;
    });
    await log.evaluate((box) => {
      box.scrollTop = 0;
    });
    await page.locator('.to-end:visible').waitFor();
    await chat.post({ kind: 'turn', turn: turn({ answer: 'line\n\n'.repeat(160) }) });
    await page.waitForFunction(() => document.querySelectorAll('.markdown p').length === 160);
    assert.ok((await fromEnd()) > 1000);
    await page.locator('.to-end').click();
    assert.ok((await fromEnd()) < 4);
  });

  it('lets nothing of an answer act: no picture, no script, no other address than the web', async () => {
    const { page } = await open();
    const answer =
      '<img src="https://evil.example/x.png" onerror="window.hit=1"> ![p](https://evil.example/y.png) <script>window.hit=1</script> [a](javascript:window.hit=1) [c](command:x) [f](file:///etc/passwd) [d](data:text/html,x) [w](https://example.net/) <form action="https://evil.example"><input></form> <div style="position:fixed">d</div><svg><use href="x"/></svg>';
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await chat.post(state([turn({ answer })]));
    await page.locator('.markdown a', { hasText: 'w' }).waitFor();
    const found = await page.evaluate(() => ({
      bad: document.querySelectorAll('.markdown :is(img, script, form, input, svg, [style], [onerror])').length,
      links: [...document.querySelectorAll('.markdown a')].map((link) => link.getAttribute('href')),
      hit: Reflect.get(window, 'hit'),
    }));
    assert.deepEqual(found, { bad: 0, links: [null, null, null, null, 'https://example.net/'], hit: undefined });
    assert.deepEqual(asked, []);
  });

  it('lists what a model used as it comes, opened ones stay open, and what was refused says so', async () => {
    const { page } = await open();
    await chat.post(state());
    const read = { name: 'list_runs', input: '{"limit":1}', summary: 'Lists runs', result: '## Result of list_runs' };
    const refused = {
      name: 'approve_step',
      input: '{}',
      summary: 'Asked for approve_step',
      refused: 'There is no such tool.',
      result: 'no',
    };
    await chat.post({ kind: 'turn', turn: turn({ state: 'answering', answer: '', toolCalls: [read] }) });
    const calls = page.getByRole('group', { name: 'What the model used' });
    await calls.getByText('Lists runs').click();
    await calls.getByText('## Result of list_runs').waitFor();
    await chat.post({ kind: 'turn', turn: turn({ toolCalls: [read, refused] }) });
    await calls.getByText('not done').waitFor();
    assert.equal(await calls.getByText('{"limit":1}').isVisible(), true);
    await calls.locator('summary').last().focus();
    await page.keyboard.press('Enter');
    await calls.getByText('There is no such tool.').waitFor();
  });

  it('drops messages that are not in the protocol', async () => {
    const { page } = await open();
    await chat.post(state([turn()]));
    await page.locator('.turn').waitFor();
    for (const message of [{ kind: 'nope' }, { kind: 'state', turns: 'x' }, { kind: 'turn', turn: { id: 't1' } }, 'text', null])
      await page.evaluate((data) => window.postMessage(data, '*'), message);
    await chat.post({ kind: 'turn', turn: turn({ id: 't2' }) });
    await page.locator('.turn').nth(1).waitFor();
    assert.equal(await page.locator('.turn').count(), 2);
  });

  it('shows the exact text of a chip, what was hidden in it, and hides it again on Escape', async () => {
    const { page } = await open();
    await chat.post(state([turn()]));
    await page.locator('.turn .chip', { hasText: 'Definition' }).click();
    assert.equal(await page.locator('.turn .context-text pre').textContent(), '{ "name": "Nightly" }');
    assert.match((await page.locator('.turn .context-facts').textContent()) ?? '', /21 characters\. 1 secret hidden: password \(1\)/);
    await page.keyboard.press('Escape');
    await page.locator('.turn .context-text').waitFor({ state: 'hidden' });
  });

  it('makes a card of an explained failure whose step leads to its line', async () => {
    const { page } = await open();
    await chat.post(state([turn({ diagnosis, model: 'offline' })]));
    const card = page.locator('.failure');
    assert.match(
      (await card.textContent()) ?? '',
      /summarize[\s\S]*not-found[\s\S]*Cause[\s\S]*report-summary[\s\S]*command not found[\s\S]*Install/,
    );
    await card.locator('.failure-step').click();
    assert.deepEqual(await lastSent(), { kind: 'reveal-step', turn: 't1', step: 'summarize' });
  });

  it('shows an answer of the rules from its start when it is longer than the view', async () => {
    const { page } = await open('dark-modern', 250);
    await page.setViewportSize({ width: 250, height: 300 });
    await chat.post(state([turn({ id: 't0' }), turn({ id: 't1' })]));
    await chat.post({ kind: 'turn', turn: turn({ id: 't2', state: 'answering', answer: '', model: 'offline' }) });
    await chat.post({ kind: 'turn', turn: turn({ id: 't2', model: 'offline', diagnosis }) });
    await page.locator('.failure').waitFor();
    const distance = await page.evaluate(() => {
      const log = document.querySelector('.log')?.getBoundingClientRect();
      const last = [...document.querySelectorAll('.turn')].at(-1)?.getBoundingClientRect();
      return Math.abs((last?.top ?? 0) - (log?.top ?? 0));
    });
    assert.ok(distance < 12, `${distance} pixels from the top`);
    assert.equal(await page.locator('.turn').last().locator('.markdown').textContent(), '');
  });

  it('offers a way on after every trouble', async () => {
    const { page } = await open();
    await chat.post(state([turn({ state: 'partial', answer: 'Half an', trouble: { code: 'model-key', message: 'No.', remedy: 'Do.' } })]));
    await page.locator('.mark', { hasText: 'incomplete' }).waitFor();
    await page.locator('.trouble >> text=Retry').click();
    assert.deepEqual(await lastSent(), { kind: 'retry', turn: 't1' });
    await page.locator('.trouble >> text=Set API Key').click();
    assert.deepEqual(await lastSent(), { kind: 'set-key' });
    await page.locator('.trouble >> text=Use Offline Rules').click();
    assert.deepEqual(await lastSent(), { kind: 'set-provider', provider: 'offline' });
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    for (const width of [250, 900]) {
      it(`is accessible and fits in ${theme} at ${width} pixels`, async () => {
        const { page } = await open(theme, width);
        const wide = `| a | b |\n|---|---|\n| ${'x'.repeat(200)} | y |\n\n\`\`\`\n${'z'.repeat(300)}\n\`\`\``;
        await chat.post(
          state([
            turn({ diagnosis }),
            turn({
              id: 't2',
              answer: wide,
              state: 'partial',
              trouble: { code: 'model-key', message: 'No.', remedy: 'Do.' },
              offerRun: true,
              notes: ['n'],
            }),
            turn({ id: 't3', state: 'answering', answer: '' }),
          ]),
        );
        await page.locator('.turn').nth(2).waitFor();
        await page.locator('.composer .chip').nth(1).click();
        // Through the debugger: the page's own policy lets no other script in.
        await page.evaluate(await readFile(axePath, 'utf8'));
        const violations = await page.evaluate(async () => {
          const axe = Reflect.get(window, 'axe') as {
            run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
          };
          const result = await axe.run({
            resultTypes: ['violations'],
            rules: { region: { enabled: false }, 'landmark-one-main': { enabled: true } },
          });
          return result.violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' | ')}`,
          );
        });
        assert.deepEqual(violations, []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      });
    }
  }
});
