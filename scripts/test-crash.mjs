// npm run test:crash -- --kills 1000 [--seed N]: the engine killed that often; npm test kills it fifty times.
import { join } from 'node:path';
import { build } from './build.mjs';
import { installDependencies } from './lib/install.mjs';
import { projectLocked } from './lib/lock.mjs';
import { node24, withNode } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say } from './lib/steps.mjs';

try {
  await projectLocked(async () => {
    await installDependencies();
    const node = await node24();
    await build();
    await run(node, [join(root, 'test/crash/long.ts'), ...process.argv.slice(2)], { cwd: root, env: withNode(node) });
  });
} catch (error) {
  say(`Failed: ${error.message}`);
  process.exit(1);
}
