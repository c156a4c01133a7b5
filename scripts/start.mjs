// npm start: builds and opens the samples in VS Code with the extension loaded. With --check: proves it in a headless browser and exits.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installDependencies } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say, step } from './lib/steps.mjs';

const check = process.argv.includes('--check');
const desktop = !check && !process.argv.includes('--browser') && hasDesktop();

try {
  await installDependencies();
  const node = await node24();
  if (desktop) await openDesktop();
  else await openInBrowser(node);
} catch (error) {
  say(`Failed: ${error.message}`);
  process.exit(1);
}

function hasDesktop() {
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return Boolean(display) && spawnSync('code', ['--version'], { shell: process.platform === 'win32' }).status === 0;
}

async function openDesktop() {
  await (await import('./build.mjs')).build();
  await step('Opening VS Code', () =>
    run('code', ['--new-window', `--extensionDevelopmentPath=${root}`, join(root, 'samples')], { shell: process.platform === 'win32' }),
  );
}

async function openInBrowser(node) {
  const vsix = await (await import('./package.mjs')).packageExtension();
  const { vscodeServer } = await import('./lib/vscode.mjs');
  const env = { ...process.env, RUNWRIGHT_VSCODE_SERVER: await vscodeServer(), RUNWRIGHT_VSIX: vsix };
  if (check) env.RUNWRIGHT_CHROMIUM = await (await import('./lib/chromium.mjs')).chromium();
  // The server lives in a process of its own, so that Ctrl+C ends both in order.
  const child = spawn(node, [join(root, 'scripts/vscode', check ? 'check.ts' : 'open.ts')], { stdio: 'inherit', env, cwd: root });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
