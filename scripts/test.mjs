// npm test: everything that must hold, on this machine alone. node scripts/test.mjs [GROUP …] runs only the named groups.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installDependencies } from './lib/install.mjs';
import { projectLocked } from './lib/lock.mjs';
import { node24, withNode } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { say, step } from './lib/steps.mjs';

const wanted = process.argv.slice(2);
const counts = { passed: 0, failed: 0 };

/** In the order they run: what fails fast and cheap comes first. */
const groups = {
  verify: async () => (await import('./verify.mjs')).verify({ count }),
  lsp: (context) => mocha('Language server over real IPC and stdio', 'test/lsp', context),
  eval: (context) => mocha('What the copilot understands', 'test/eval', context),
  services: (context) => mocha('Connectors against real servers', 'test/services', context),
  cli: (context) => mocha('Command line against a real engine', 'test/cli', context),
  injections: (context) => mocha('A model that obeys every injected order', 'test/injections', context),
  crash: (context) => mocha('Engine killed and started again', 'test/crash', context),
  host: (context) => mocha('Inside the real extension host', 'test/host', context),
  ui: (context) => mocha('The real workbench in a browser', 'test/ui', context),
};

async function count(report) {
  counts.passed += report.passes;
  counts.failed += report.failures;
}

async function mocha(title, folder, { env, node }) {
  const { runMocha } = await import('./lib/mocha.mjs');
  const specs = (await readdir(join(root, folder))).filter((file) => file.endsWith('.test.ts')).map((file) => `${folder}/${file}`);
  if (specs.length === 0) throw new Error(`${folder} has no tests`);
  await count(await step(title, () => runMocha(node, specs, { env, timeout: 120_000, reporter: 'spec' })));
}

let failed = false;
try {
  // The groups read dist/, which nobody else may rebuild meanwhile.
  await projectLocked(all);
} catch (error) {
  failed = true;
  say(`Failed: ${error.message}`);
}
console.log(`${counts.passed} passed, ${Math.max(counts.failed, failed ? 1 : 0)} failed`);
process.exit(failed ? 1 : 0);

async function all() {
  const needsVSCode = wanted.length === 0 || wanted.some((group) => group === 'host' || group === 'ui');
  // First what may be missing on this machine, so that it is said before anything long begins.
  const browser = needsVSCode ? await (await import('./lib/chromium.mjs')).chromium() : undefined;
  const needsServices = wanted.length === 0 || wanted.some((group) => group === 'services' || group === 'lsp');
  if (needsServices) await (await import('./lib/debian.mjs')).debianPackages();
  await installDependencies();
  const node = await node24();
  const env = withNode(node);
  if (needsVSCode) {
    env.RUNWRIGHT_CHROMIUM = browser;
    env.RUNWRIGHT_VSCODE_SERVER = await (await import('./lib/vscode.mjs')).vscodeServer();
    env.RUNWRIGHT_VSIX = await (await import('./package.mjs')).packageExtension();
  }
  await (await import('./build.mjs')).build();
  env.RUNWRIGHT_ARTIFACTS = join(root, 'test/ui/artifacts');
  await mkdir(env.RUNWRIGHT_ARTIFACTS, { recursive: true });
  for (const [name, group] of Object.entries(groups)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      await group({ env, node });
    } catch (error) {
      failed = true;
      say(`${name} failed: ${error.message}`);
      if (error.report) await count(error.report);
    }
  }
}
