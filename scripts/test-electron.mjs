// The same in-host suite in desktop VS Code, for machines that can download it.
import { join } from 'node:path';
import { installDependencies } from './lib/install.mjs';
import { node24 } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say } from './lib/steps.mjs';

try {
  await installDependencies();
  const node = await node24();
  if (node !== process.execPath) {
    await run(node, [import.meta.filename], { cwd: root });
  } else {
    await (await import('./build.mjs')).build();
    const { runTests } = await import('@vscode/test-electron');
    await runTests({
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, 'dist/test/host/index.cjs'),
      launchArgs: [join(root, 'samples'), '--disable-workspace-trust', '--disable-extensions'],
    });
  }
} catch (error) {
  say(`Failed: ${error.message}`);
  process.exit(1);
}
