import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { openBrowser } from '../../scripts/vscode/browser.ts';
import { endEngine, enginePid } from '../../scripts/vscode/engine.ts';
import { installExtension, startServer, type VSCodeServer } from '../../scripts/vscode/server.ts';

const samples = resolve(import.meta.dirname, '../../samples');
export const artifacts = process.env.RUNWRIGHT_ARTIFACTS ?? resolve(import.meta.dirname, '../ui/artifacts');

export interface WorkbenchOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine that the server runs on: those that a window from elsewhere may not choose for it. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Further extensions, as packages. */
  readonly extensions?: readonly string[];
  /** Keep workspace trust on, as a new user has it. */
  readonly untrusted?: boolean;
  /** Files put beside the samples before the window opens. */
  readonly files?: Readonly<Record<string, string>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A window of the real VS Code with the packaged extension on a copy of the samples, driven by a browser. */
export class Workbench {
  readonly folder: string;
  readonly workspace: string;
  readonly state: string;
  readonly page: Page;
  readonly #server: VSCodeServer;
  readonly #browser: Browser;
  readonly #context: BrowserContext;

  private constructor(folder: string, server: VSCodeServer, browser: Browser, context: BrowserContext, page: Page) {
    this.folder = folder;
    this.workspace = join(folder, 'samples');
    this.state = join(folder, 'state');
    this.#server = server;
    this.#browser = browser;
    this.#context = context;
    this.page = page;
  }

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const vsix = process.env.RUNWRIGHT_VSIX;
    if (!vsix) throw new Error('RUNWRIGHT_VSIX is not set: run this by `npm test` or `node scripts/test.mjs ui`.');
    const folder = mkdtempSync(join(tmpdir(), 'runwright-ui-'));
    const workspace = join(folder, 'samples');
    cpSync(samples, workspace, { recursive: true });
    for (const [name, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(join(workspace, name), text);
    }
    if (options.machineSettings) {
      mkdirSync(join(folder, 'data/Machine'), { recursive: true });
      writeFileSync(join(folder, 'data/Machine/settings.json'), JSON.stringify(options.machineSettings));
    }
    installExtension(vsix, folder);
    for (const extension of options.extensions ?? []) installExtension(extension, folder);
    const server = await startServer({
      dataFolder: folder,
      settings: {
        'workbench.colorTheme': 'Dark Modern',
        'window.commandCenter': false,
        // Drawn as text, which can be read.
        'terminal.integrated.gpuAcceleration': 'off',
        ...(options.untrusted ? {} : { 'security.workspace.trust.enabled': false }),
        ...options.settings,
      },
      env: { RUNWRIGHT_STATE: join(folder, 'state'), ...options.env },
    });
    const browser = await openBrowser();
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    await context.tracing.start({ screenshots: true, snapshots: false });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const workbench = new Workbench(folder, server, browser, context, page);
    await page.goto(server.url(workspace));
    await page.locator('.monaco-workbench').waitFor();
    await workbench.status.waitFor({ timeout: 60_000 });
    return workbench;
  }

  get status(): Locator {
    return this.page.locator('[id="runwright.runwright.runwright.status"]');
  }

  get editor(): Locator {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  /** Runs a command as a person does: F1, its title, a click on its row. */
  async palette(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first().click();
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    await this.quickInput.fill(name);
    // By its own row: while the list is still being filled, Enter may take another.
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  async goToLine(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+g');
    await this.quickInput.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    // The next key must find the editor focused and its cursor there.
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.page.locator('[id="status.editor.selection"]', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Waits until the editor draws `status` after the line that holds `text`: such a status is style, not content. */
  async lineStatus(text: string, status: string): Promise<void> {
    await this.page.waitForFunction(
      ([text, status]) =>
        [...document.querySelectorAll('.monaco-editor .view-lines .view-line')].some(
          (line) =>
            // The editor draws spaces as ones that do not break.
            line.textContent?.replaceAll('\u00a0', ' ').includes(text) &&
            [...line.querySelectorAll('span')].some((span) => getComputedStyle(span, '::after').content.includes(status)),
        ),
      [text, status] as const,
    );
  }

  /** 1-based line of a workspace file that starts with `text`. */
  lineOf(file: string, text: string): number {
    const index = readFileSync(join(this.workspace, file), 'utf8')
      .split('\n')
      .findIndex((line) => line.startsWith(text));
    if (index < 0) throw new Error(`${file} has no line that starts with ${text}`);
    return index + 1;
  }

  /** Shows Runwright's views in the side bar. */
  async openViews(): Promise<void> {
    const tree = this.page.locator('.pane-header', { hasText: 'Runbooks' });
    if (!(await tree.isVisible())) await this.page.locator('.activitybar .action-label[aria-label^="Runwright"]').first().click();
    await tree.waitFor();
    // A tooltip under the mouse would lie over the rows.
    await this.page.mouse.move(700, 10);
  }

  /** Rows of one of Runwright's trees. */
  rows(view: 'Runbooks' | 'Approvals' | 'Runs'): Locator {
    return this.page
      .locator('.pane', { has: this.page.locator('.pane-header', { hasText: new RegExp(`^${view}`) }) })
      .locator('.monaco-list-row');
  }

  /** The row of a run in the Runs view, as soon as it has this status. */
  async run(name: string, status: string | RegExp): Promise<Locator> {
    const row = this.rows('Runs').filter({ hasText: name }).filter({ hasText: status }).first();
    await row.waitFor();
    return row;
  }

  /** An answer in the box that a command has opened; `about` must stand in it. */
  async answer(about: string | RegExp, text?: string): Promise<void> {
    await this.page.locator('.quick-input-widget', { hasText: about }).waitFor();
    if (text !== undefined) await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Code lenses with this title, from the top down. */
  lenses(title: string): Locator {
    return this.editor.locator('.codelens-decoration a', { hasText: title });
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** What the terminal shows now. */
  get terminal(): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-rows');
  }

  /** Switches the colour theme as a person does; the window and the chat follow. */
  async theme(name: 'Dark Modern' | 'Light Modern' | 'Dark High Contrast'): Promise<void> {
    await this.palette('Preferences: Color Theme');
    await this.page.locator('.quick-input-widget input.input[placeholder*="Theme"]').fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    const kind = { 'Dark Modern': 'vs-dark', 'Light Modern': 'vs', 'Dark High Contrast': 'hc-black' }[name];
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** One screenshot in each of the three themes, the first of them last so that the window is as it was. */
  async inThemes(name: string, chat = false): Promise<void> {
    const kinds = [
      ['Light Modern', 'light', 'vscode-light'],
      ['Dark High Contrast', 'contrast', 'vscode-high-contrast'],
      ['Dark Modern', 'dark', 'vscode-dark'],
    ] as const;
    for (const [theme, prefix, bodyClass] of kinds) {
      await this.theme(theme);
      if (chat) await this.chat.locator(`body.${bodyClass}`).waitFor();
      await this.screenshot(`${prefix}-${name}`);
    }
  }

  get toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  get chat(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(artifacts, { recursive: true });
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  /** With RUNWRIGHT_README_IMAGES=1 the picture of this moment becomes the one in the README. */
  async forReadme(name: 'typo' | 'approval' | 'copilot'): Promise<void> {
    if (process.env.RUNWRIGHT_README_IMAGES !== '1') return;
    const images = resolve(import.meta.dirname, '../../docs/images');
    mkdirSync(images, { recursive: true });
    await this.page.screenshot({ path: join(images, `${name}.png`) });
  }

  /** Process id of this window's engine. */
  enginePid(): number {
    return enginePid(this.state);
  }

  /** Waits until an engine with another process id than `pid` answers for this window. */
  async anotherEngine(pid: number): Promise<void> {
    for (const deadline = Date.now() + 30_000; ; ) {
      try {
        if (this.enginePid() !== pid) return;
      } catch {
        // Between two engines there is no such file.
      }
      if (Date.now() > deadline) throw new Error('No other engine came within 30 s.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(trace?: string): Promise<void> {
    await this.#context.tracing.stop(trace ? { path: join(artifacts, `${trace}.trace.zip`) } : {});
    await this.#browser.close();
    await this.#server.stop();
    endEngine(this.state);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
