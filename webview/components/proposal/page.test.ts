import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ProposalView, ToChat, Turn } from '../../../protocol/chat.ts';
import { type ChatPage, type ChatPages, hasBrowser, startChatPages } from '../../../test/support/chat-page.ts';
import { type Theme, themes } from '../../../test/support/themes.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const steps = Array.from({ length: 12 }, (_, index) => `  - id: step_${index}\n    run: echo ${index}\n`).join('');
const textBefore = `runbook: v1\nname: Nightly report # as agreed\nsteps:\n${steps}`;
const textAfter = textBefore.replace('    run: echo 6\n', '    run: echo six\n    timeout: 5m\n');
const view = (more: Partial<ProposalView> = {}): ProposalView => ({
  kind: 'edit',
  file: 'nightly.runbook.yaml',
  summary: 'Gives the step step_6 a timeout of 5 minutes',
  before: textBefore,
  after: textAfter,
  problems: [],
  state: 'open',
  ...more,
});
const turn = (proposals: ProposalView[], more: Partial<Turn> = {}): Turn => ({
  id: 't1',
  question: 'Add a timeout of 5 minutes to step_6',
  context: [],
  notes: [],
  state: 'done',
  answer: 'Nothing is changed until you apply it.',
  model: 'offline',
  proposals,
  ...more,
});
const state = (turns: Turn[]): ToChat => ({
  kind: 'state',
  turns,
  provider: { kind: 'offline', label: 'Offline rules', hasKey: false },
  upcoming: { context: [], notes: [] },
});

describe('a proposal in the chat page', function () {
  this.timeout(60_000);
  let pages: ChatPages;
  let chat: ChatPage;
  before(async function () {
    if (!hasBrowser) return this.skip();
    pages = await startChatPages();
  });
  after(() => pages?.close());
  const open = async (theme: Theme = 'dark-modern', width = 420) => {
    chat = await pages.open({ theme, width, height: 800 });
    return chat;
  };
  afterEach(async () => {
    assert.deepEqual(chat?.troubles ?? [], []);
    await chat?.close();
  });
  const picture = async (name: string) => {
    const folder = process.env.RUNWRIGHT_ARTIFACTS;
    if (folder !== undefined) await chat.page.screenshot({ path: join(folder, `${name}.png`) });
  };

  it('loads the editor with the first proposal and not before, and shows what changes with what is around it', async () => {
    const { page } = await open();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await chat.post(state([turn([])]));
    await page.locator('.turn').waitFor();
    assert.equal(asked.length, 0, asked.join(' '));
    await chat.post({ kind: 'turn', turn: turn([view()]) });
    const editor = page.locator('.proposal-editor .monaco-diff-editor');
    await editor.locator('.view-line', { hasText: 'timeout: 5m' }).waitFor();
    await editor.locator('.line-insert').first().waitFor();
    assert.ok(asked.includes('/diff.js') && asked.includes('/diff.css'), asked.join(' '));
    assert.ok(await page.locator('.proposal-lines').isHidden());
  });

  it('sends which proposal is meant, and nothing of what is in it', async () => {
    const { page } = await open();
    await chat.post(state([turn([view(), view({ kind: 'new', file: 'ops/new.runbook.yaml', before: '' })])]));
    const card = page.locator('.proposal');
    await card.nth(1).waitFor();
    await card
      .nth(0)
      .getByRole('button', { name: /^Apply/ })
      .click();
    await card
      .nth(0)
      .getByRole('button', { name: /^Open as Diff Editor/ })
      .click();
    await card
      .nth(1)
      .getByRole('button', { name: /^Create/ })
      .click();
    await card
      .nth(1)
      .getByRole('button', { name: /^Discard/ })
      .click();
    assert.deepEqual((await chat.sent()).slice(1), [
      { kind: 'apply-proposal', turn: 't1', proposal: 0 },
      { kind: 'open-proposal', turn: 't1', proposal: 0 },
      { kind: 'apply-proposal', turn: 't1', proposal: 1 },
      { kind: 'discard-proposal', turn: 't1', proposal: 1 },
    ]);
  });

  it('can be read as plain lines, by keyboard', async () => {
    const { page } = await open();
    await chat.post(state([turn([view()])]));
    await page.locator('.proposal-editor .monaco-diff-editor').waitFor();
    await page.getByRole('button', { name: 'Show as plain lines' }).focus();
    await page.keyboard.press('Enter');
    const lines = page.getByRole('group', { name: 'Changed lines' });
    await lines.waitFor();
    const said = await lines.locator('.line').allTextContents();
    assert.ok(said.includes('-     run: echo 6') && said.includes('+     timeout: 5m'), said.join('\n'));
    assert.match(said[0] ?? '', /unchanged lines/);
    assert.ok(await lines.evaluate((element) => element === document.activeElement));
  });

  it('lets the keyboard in and out of the editor', async () => {
    const { page } = await open();
    await chat.post(state([turn([view()])]));
    await page.locator('.proposal-editor .monaco-diff-editor .line-insert').first().waitFor();
    await page.getByRole('button', { name: 'Copy the whole text' }).focus();
    const inside = () => page.evaluate(() => document.activeElement?.closest('.proposal-editor') !== null);
    await page.keyboard.press('Tab');
    assert.ok(await inside());
    for (let presses = 0; presses < 6 && (await inside()); presses++) await page.keyboard.press('Tab');
    assert.ok(!(await inside()), 'Tab leaves the editor');
  });

  it('shows the lines where the editor cannot be loaded', async () => {
    const { page } = await open();
    await page.route('**/diff.js', (route) =>
      route.fulfill({ status: 200, contentType: 'text/javascript', body: 'throw new Error("broken")' }),
    );
    await chat.post(state([turn([view()])]));
    await page.locator('.proposal-lines .added', { hasText: 'timeout' }).waitFor();
    await page.getByRole('button', { name: /^Apply/ }).waitFor();
    await page.getByRole('button', { name: 'Show in an editor' }).waitFor();
  });

  it('keeps the editor while the turn is drawn again, and folds it when the proposal is done with', async () => {
    const { page } = await open();
    await chat.post(state([turn([view()])]));
    const editor = page.locator('.proposal-editor .monaco-diff-editor');
    await editor.waitFor();
    await editor.evaluate((element) => element.setAttribute('data-mine', 'yes'));
    await chat.post({ kind: 'turn', turn: turn([view({ note: 'Try again.' })]) });
    await page.getByText('Try again.').waitFor();
    assert.equal(await page.locator('[data-mine]').count(), 1);
    await chat.post({ kind: 'turn', turn: turn([view({ state: 'stale', note: 'It has changed. Ask again.' })]) });
    await page.locator('.mark', { hasText: 'out of date' }).waitFor();
    assert.ok(await editor.isHidden());
    assert.equal(await page.getByRole('button', { name: /^Apply/ }).count(), 0);
    await page.getByRole('button', { name: 'Show the change' }).click();
    await editor.waitFor();
  });

  it('asks again in other words, by keyboard', async () => {
    const { page } = await open();
    await chat.post(state([turn([])]));
    await page.getByRole('button', { name: /^Edit and send again/ }).focus();
    await page.keyboard.press('Enter');
    const box = page.getByRole('textbox', { name: 'Question to send again' });
    await box.fill('Something else');
    await page.keyboard.press('Escape');
    await page.locator('h2.question').waitFor();
    assert.deepEqual(await chat.sent(), [{ kind: 'ready' }]);
    await page.keyboard.press('Enter');
    await box.fill('Something else');
    await page.keyboard.press('Enter');
    assert.deepEqual((await chat.sent()).at(-1), { kind: 'resend', turn: 't1', text: 'Something else' });
  });

  for (const theme of Object.keys(themes) as Theme[])
    for (const width of [250, 700])
      it(`is accessible and fits in ${theme} at ${width} pixels`, async () => {
        const { page } = await open(theme, width);
        const wrong = [{ line: 3, severity: 'error', message: 'There is no action `x`.' }];
        const code =
          '```yaml\nsteps:\n  - id: a # note\n    run: "echo 1"\n    retry: 3\n```\n\n```bash\nif [ -f x ]; then echo "$HOME"; fi\n```\n\n```sql\nSELECT 1 FROM t WHERE a = \'x\'\n```';
        await chat.post(
          state([
            turn([view(), view({ kind: 'new', file: 'ops/new.runbook.yaml', before: '', problems: wrong })]),
            turn([], { id: 't2', answer: code }),
          ]),
        );
        await page.locator('.proposal-editor .monaco-diff-editor .line-insert').first().waitFor();
        await page.locator('.proposal-editor').nth(1).locator('.view-line').first().waitFor();
        await page.locator('.log').evaluate((log) => {
          log.scrollTop = 0;
        });
        await picture(`proposal-${theme}-${width}`);
        await page.locator('.log').evaluate((log) => {
          log.scrollTop = log.scrollHeight;
        });
        await picture(`code-${theme}-${width}`);
        await page.evaluate(await readFile(axePath, 'utf8'));
        const violations = await page.evaluate(async () => {
          const axe = Reflect.get(window, 'axe') as {
            run(
              context: object,
              options: object,
            ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
          };
          // What is inside the editor is the editor's; the same lines are there without it.
          const result = await axe.run(
            { exclude: ['.proposal-editor'] },
            { resultTypes: ['violations'], rules: { region: { enabled: false } } },
          );
          return result.violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' | ')}`,
          );
        });
        assert.deepEqual(violations, []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      });
});
