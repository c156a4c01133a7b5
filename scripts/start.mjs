// npm start: builds and opens the samples in VS Code with the extension loaded. With --check: proves it in a headless browser and exits.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installDependencies } from './lib/install.mjs';
import { projectLocked } from './lib/lock.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say, started, step } from './lib/steps.mjs';

const check = process.argv.includes('--check');
const desktop = !check && !process.argv.includes('--browser') && hasDesktop();

try {
  if (desktop) await openDesktop();
  else await openInBrowser();
} catch (error) {
  say(`Failed: ${error.message}`);
  process.exit(1);
}

function hasDesktop() {
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return Boolean(display) && spawnSync('code', ['--version'], { shell: process.platform === 'win32' }).status === 0;
}

async function openDesktop() {
  await projectLocked(async () => {
    await installDependencies();
    await (await import('./build.mjs')).build();
  });
  await step('Opening VS Code', () =>
    run('code', ['--new-window', `--extensionDevelopmentPath=${root}`, join(root, 'samples')], { shell: process.platform === 'win32' }),
  );
}

async function openInBrowser() {
  const env = { ...process.env, RUNWRIGHT_STARTED: String(started) };
  // First what may be missing on this machine, so that it is said before anything long begins.
  if (check) env.RUNWRIGHT_CHROMIUM = await (await import('./lib/chromium.mjs')).chromium();
  const node = await node24();
  env.RUNWRIGHT_VSIX = await projectLocked(async () => {
    await installDependencies();
    return (await import('./package.mjs')).packageExtension();
  });
  env.RUNWRIGHT_VSCODE_SERVER = await (await import('./lib/vscode.mjs')).vscodeServer();
  // The server lives in a process of its own, so that Ctrl+C ends both in order.
  const child = spawn(node, [join(root, 'scripts/vscode', check ? 'check.ts' : 'open.ts')], { stdio: 'inherit', env, cwd: root });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
