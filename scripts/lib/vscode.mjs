// The real VS Code, served to a browser: code-server's build, installed without compiling its native modules.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { node24, npm, quietInstall, withNode } from './node24.mjs';
import { run, step } from './steps.mjs';

export const codeServerVersion = '4.139.1';

/** @returns the script that a Node 24 runs as VS Code server. */
export async function vscodeServer() {
  const node = await node24();
  const folder = await cached(`vscode-${codeServerVersion}`, async (draft) => {
    const server = join(draft, 'node_modules', 'code-server');
    const inside = { quiet: true, env: withNode(node) };
    await writeFile(join(draft, 'package.json'), '{ "private": true }\n');
    await step(`VS Code (code-server ${codeServerVersion})`, () =>
      run(npm, ['install', ...quietInstall, `code-server@${codeServerVersion}`], { ...inside, cwd: draft }),
    );
    await step('VS Code: server dependencies', () =>
      run(npm, ['install', '--omit=dev', ...quietInstall], { ...inside, cwd: join(server, 'lib/vscode') }),
    );
    await step('VS Code: built-in extensions', async () => {
      await run(npm, ['install', '--omit=dev', ...quietInstall], { ...inside, cwd: join(server, 'lib/vscode/extensions') });
      await run(node, ['postinstall.mjs'], { ...inside, cwd: join(server, 'lib/vscode/extensions') });
    });
    await step('VS Code: first start', () => run(node, [join(server, 'lib/vscode/out/server-main.js'), '--version'], inside));
  });
  return join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
}
