// npm run eval [-- --model] [-- --no-runs]: how well the copilot understands, by group, written to test/eval/results.json.
import { join } from 'node:path';
import { installDependencies } from './lib/install.mjs';
import { projectLocked } from './lib/lock.mjs';
import { node24, withNode } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say } from './lib/steps.mjs';

const args = process.argv.slice(2);

try {
  await projectLocked(async () => {
    if (!args.includes('--no-runs')) await (await import('./lib/debian.mjs')).debianPackages();
    await installDependencies();
    const node = await node24();
    await (await import('./build.mjs')).build();
    await run(node, [join(root, 'test/eval/main.ts'), ...args], { cwd: root, env: withNode(node) });
  });
} catch (error) {
  say(`Failed: ${error.message}`);
  process.exit(1);
}
