// npm run bench -- NAME [ARGUMENTS]: measurements by name, written to bench/results/.
import { join } from 'node:path';
import { installDependencies } from './lib/install.mjs';
import { projectLocked } from './lib/lock.mjs';
import { node24, withNode } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say } from './lib/steps.mjs';

const benches = {
  async actions(node, args) {
    // As it is shipped.
    await (await import('./build.mjs')).build({ production: true });
    await run(node, [join(root, 'bench/actions.ts'), ...args], { cwd: root, env: withNode(node) });
  },
  async host(node) {
    const vsix = await (await import('./package.mjs')).packageExtension();
    await (await import('./build.mjs')).build();
    const env = { ...withNode(node), RUNWRIGHT_VSIX: vsix };
    env.RUNWRIGHT_VSCODE_SERVER = await (await import('./lib/vscode.mjs')).vscodeServer();
    env.RUNWRIGHT_CHROMIUM = await (await import('./lib/chromium.mjs')).chromium();
    await run(node, [join(root, 'bench/host.ts')], { cwd: root, env });
  },
  async lsp(node, args) {
    // Minified, as it is shipped.
    await (await import('./build.mjs')).build({ production: true });
    await run(node, [join(root, 'bench/lsp.ts'), ...args], { cwd: root, env: withNode(node) });
  },
  async copilot(node) {
    await (await import('./build.mjs')).build({ production: true });
    await run(node, [join(root, 'bench/copilot.ts')], { cwd: root, env: withNode(node) });
  },
  async engine(node) {
    const { debianPackages } = await import('./lib/debian.mjs');
    await debianPackages(['postgresql', 'ansible-core']);
    const { neighbours } = await import('./lib/neighbours.mjs');
    // As it is shipped: parsing what is not minified costs memory.
    const env = { ...withNode(node), RUNWRIGHT_NEIGHBOURS: await neighbours() };
    await (await import('./build.mjs')).build({ production: true });
    await run(node, [join(root, 'bench/engine.ts')], { cwd: root, env });
  },
};

const [name, ...args] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`Which bench? ${Object.keys(benches).join(', ')}: npm run bench -- ${Object.keys(benches)[0]}`);
  process.exit(2);
}
try {
  await projectLocked(async () => {
    await installDependencies();
    await bench(await node24(), args);
  });
} catch (error) {
  say(`Failed: ${error.message}`);
  process.exit(1);
}
