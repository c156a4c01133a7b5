import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../support/workbench.ts';

const file = 'language.runbook.yaml';
const text = `runbook: v1
name: Fetch a page
steps:
  - id: look
    run: echo ready
  - id: fetch
    if: steps.look.outputs.stdout == 'ready'
    timout: 5s
    run: echo "$WORD"
    env: { WORD: "\${{ steps.look.outputs.stdout }}" }
  - id: send
    uses: 
`;

// What the editor offers, asked for by keyboard and read from the screen and from the saved file.
describe('the language in a real VS Code', function () {
  this.timeout(180_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ files: { [file]: text } });
    await workbench.openFile(file);
    // The server has read the file.
    await workbench.editor.locator('.squiggly-error').first().waitFor();
  });
  after(async () => workbench?.close('language'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  /** The saved text, as soon as it is one that is waited for. */
  async function saved(wanted: (text: string) => boolean): Promise<string> {
    await workbench.page.keyboard.press('Control+s');
    for (const deadline = Date.now() + 30_000; ; ) {
      const now = readFileSync(join(workbench.workspace, file), 'utf8');
      if (wanted(now)) return now;
      if (Date.now() > deadline) return now;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const lineOf = (start: string) => text.split('\n').findIndex((line) => line.startsWith(start)) + 1;

  /** A screenshot in each of the three themes of what `show` opens; choosing a theme closes it. */
  async function inThemes(name: string, show: () => Promise<void>): Promise<void> {
    const themes = [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'contrast'],
      ['Dark Modern', 'dark'],
    ] as const;
    for (const [theme, prefix] of themes) {
      await workbench.theme(theme);
      await show();
      await workbench.screenshot(`${prefix}-${name}`);
      await workbench.page.keyboard.press('Escape');
    }
  }

  it('says under the pointer what a word means', async () => {
    const { page } = workbench;
    await inThemes('hover', async () => {
      await workbench.goToLine(lineOf('    run: echo ready'), 6);
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+i');
      await page.locator('.monaco-hover:visible', { hasText: 'A script.' }).first().waitFor();
    });
  });

  it('mends a misspelt key', async () => {
    const { page } = workbench;
    await workbench.goToLine(lineOf('    timout'), 7);
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget .monaco-list-row', { hasText: 'timeout' }).first().waitFor();
    await workbench.screenshot('quick-fix');
    await page.locator('.action-widget .monaco-list-row', { hasText: 'timeout' }).first().click();
    const now = await saved((text) => text.includes('    timeout: 5s'));
    assert.equal(now, text.replace('timout', 'timeout'));
  });

  it('renames a step and every reference to it, and nothing else', async () => {
    const { page } = workbench;
    await workbench.goToLine(lineOf('  - id: look'), 10);
    await page.keyboard.press('F2');
    const box = page.locator('.rename-box input');
    await box.waitFor();
    await box.fill('probe');
    await workbench.screenshot('rename');
    await page.keyboard.press('Enter');
    const now = await saved((text) => text.includes('id: probe'));
    assert.equal(now, text.replace('timout', 'timeout').replaceAll('look', 'probe'));
  });

  it('completes an action with the inputs it needs', async () => {
    const { page } = workbench;
    const rows = page.locator('.suggest-widget.visible .monaco-list-row');
    const suggest = async () => {
      await workbench.goToLine(lineOf('    uses: '), 11);
      await page.keyboard.press('Control+Space');
      await rows.first().waitFor();
    };
    await inThemes('completion', suggest);
    await suggest();
    // There are more than fit: what is typed narrows them down.
    await page.keyboard.type('http/req');
    await rows.filter({ hasText: 'http/request' }).first().click();
    const now = await saved((text) => text.includes('url:'));
    assert.match(now, /\n {4}uses: http\/request\n {4}with:\n {6}url: /);
  });
});
