// Proves on this machine: the packaged extension installs, activates, and says what is wrong with a sample.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openBrowser } from './browser.ts';
import { endEngine } from './engine.ts';
import { installExtension, startServer } from './server.ts';

const started = Number(process.env.RUNWRIGHT_STARTED ?? Date.now());
const say = (text: string) => console.error(`[${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s] ${text}`);
const vsix = process.env.RUNWRIGHT_VSIX;
if (!vsix) throw new Error('RUNWRIGHT_VSIX is not set: start this by `npm start -- --check`.');

const folder = mkdtempSync(join(tmpdir(), 'runwright-check-'));
const samples = join(folder, 'samples');
cpSync(resolve(import.meta.dirname, '../../samples'), samples, { recursive: true });
let failed: unknown;
say('Installing the extension into a clean VS Code server');
installExtension(vsix, folder);
const server = await startServer({
  dataFolder: folder,
  settings: { 'security.workspace.trust.enabled': false },
  env: { RUNWRIGHT_STATE: join(folder, 'state') },
});
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
try {
  page.setDefaultTimeout(30_000);
  say('Opening the workbench');
  await page.goto(server.url(samples));
  await page.locator('[id="runwright.runwright.runwright.status"]').waitFor();
  say('The extension is active');
  await page.locator('.explorer-viewlet .monaco-list-row', { hasText: 'hello.runbook.yaml' }).dblclick();
  await page.locator('.tab.active', { hasText: 'hello.runbook.yaml' }).waitFor();
  const editor = page.locator('.editor-instance .monaco-editor').first();
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('nonsense: 1');
  // Closes the list of suggestions, so that Enter makes a line.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.locator('.monaco-editor .squiggly-error').first().waitFor();
  say('A wrong key in a sample is underlined');
  // Not by undo: how much one undo takes back depends on how fast the keys came.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+Shift+k');
  await page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'detached' });
  say('The sample as it is has no problem');
} catch (error) {
  failed = error;
  await page.screenshot({ path: join(tmpdir(), 'runwright-check-failed.png') }).catch(() => {});
  say(`Failed, see ${join(tmpdir(), 'runwright-check-failed.png')}: ${error instanceof Error ? error.message : String(error)}`);
}
await browser.close();
await server.stop();
endEngine(join(folder, 'state'));
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
say(failed ? 'Not ready' : 'Ready: `npm start` opens it');
process.exit(failed ? 1 : 0);
