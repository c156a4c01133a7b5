import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chatHtml } from '../../extension/chat/html.ts';
import type { FromChat, ToChat } from '../../protocol/chat.ts';
import { type Theme, themes } from './themes.ts';

const root = join(import.meta.dirname, '../..');
const executablePath = process.env.RUNWRIGHT_CHROMIUM ?? '/usr/lib/chromium/chromium';

/** Whether this machine has the browser that the page is shown in. */
export const hasBrowser = existsSync(executablePath);

const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

/** The chat's page, built from its sources and shown in a browser with a fake of VS Code around it: same page, same policy, same variables. */
export interface ChatPages {
  open(options: { theme: Theme; width: number; height: number }): Promise<ChatPage>;
  close(): Promise<void>;
}

export interface ChatPage {
  readonly page: Page;
  /** A message from the extension host. */
  post(message: ToChat): Promise<void>;
  /** What the page has sent. */
  sent(): Promise<FromChat[]>;
  /** Errors and violations of the content security policy. */
  readonly troubles: readonly string[];
  close(): Promise<void>;
}

export async function startChatPages(): Promise<ChatPages> {
  const folder = await mkdtemp(join(tmpdir(), 'runwright-chat-'));
  await esbuild.build({
    entryPoints: { chat: join(root, 'webview/chat/main.ts'), diff: join(root, 'webview/components/proposal/monaco.ts') },
    external: ['*.ttf'],
    outdir: folder,
    bundle: true,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    logLevel: 'silent',
  });
  const icons = join(root, 'node_modules/@vscode/codicons/dist');
  const server = createServer(async (request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname.slice(1);
    try {
      if (name === '') {
        const html = chatHtml({ nonce: 'test', source: "'self'", script: 'chat.js', styles: ['codicon.css', 'chat.css'] });
        response.writeHead(200, { 'content-type': 'text/html' }).end(html);
        return;
      }
      const file = name.startsWith('codicon.') ? join(icons, name) : join(folder, name);
      response
        .writeHead(200, { 'content-type': types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' })
        .end(await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  return {
    async open({ theme, width, height }) {
      const context = await browser.newContext({ viewport: { width, height } });
      const page = await context.newPage();
      const troubles: string[] = [];
      page.on('pageerror', (error) => troubles.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(message.text());
      });
      await page.addInitScript(fakeHost, themes[theme]);
      await page.goto(address);
      await page.locator('.composer').waitFor();
      return {
        page,
        troubles,
        post: (message) => page.evaluate((data) => window.postMessage(data, '*'), message),
        sent: () => page.evaluate(() => Reflect.get(window, 'sentMessages') as FromChat[]),
        close: () => context.close(),
      };
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs in the page, before its own script. */
function fakeHost(theme: { kind: string; variables: Record<string, string> }): void {
  const sent: unknown[] = [];
  let state: unknown;
  Object.assign(window, {
    sentMessages: sent,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sent.push(message),
      getState: () => state,
      setState: (next: unknown) => {
        state = next;
      },
    }),
  });
  document.addEventListener('readystatechange', () => {
    for (const [name, value] of Object.entries(theme.variables)) document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body?.classList.add(theme.kind);
    document.body?.setAttribute('data-vscode-theme-kind', theme.kind);
  });
}
