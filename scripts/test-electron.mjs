// The same in-host suite in desktop VS Code, for machines that can download it.
import { join } from 'node:path';
import { installDependencies } from './lib/install.mjs';
import { projectLocked } from './lib/lock.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say, step } from './lib/steps.mjs';

const node = await node24().catch(failed);
if (node !== process.execPath) await run(node, [import.meta.filename], { cwd: root }).catch((error) => process.exit(error.exitCode ?? 1));
else await projectLocked(suite).catch(failed);

async function suite() {
  await installDependencies();
  await (await import('./build.mjs')).build();
  const { downloadAndUnzipVSCode, runTests } = await import('@vscode/test-electron');
  const vscodeExecutablePath = await step('Desktop VS Code', () =>
    downloadAndUnzipVSCode({ timeout: 30_000, reporter: { report() {}, error() {} } }),
  ).catch((error) => {
    throw new Error(
      `Desktop VS Code cannot be downloaded from update.code.visualstudio.com (${cause(error)}). \`npm test\` runs the same suite in a VS Code server.`,
    );
  });
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'dist/test/host/index.cjs'),
    launchArgs: [join(root, 'samples'), '--disable-workspace-trust', '--disable-extensions'],
  });
}

/** The innermost reason: around it stands only that something failed. */
function cause(error) {
  for (let inner = error; ; inner = inner.cause ?? inner.errors?.[0])
    if (!inner.cause && !inner.errors?.[0]) return inner.message || inner.code;
}

function failed(error) {
  say(`Failed: ${error.message}`);
  process.exit(1);
}
