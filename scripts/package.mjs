// Packs the extension: node scripts/package.mjs → runwright-VERSION.vsix
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.mjs';
import { node24, withNode } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, say, step } from './lib/steps.mjs';

/** @returns the absolute path of the .vsix. */
export async function packageExtension() {
  await build({ production: true });
  const node = await node24();
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const vsix = join(root, `${name}-${version}.vsix`);
  // By rename, so that whoever installs an earlier one meanwhile reads it whole.
  const draft = `${vsix}.tmp`;
  await step('Packing the extension', async () => {
    await run(
      node,
      [
        join(root, 'node_modules/@vscode/vsce/vsce'),
        'package',
        '--no-dependencies',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
        '-o',
        draft,
      ],
      { cwd: root, quiet: true, env: withNode(node) },
    );
    await rename(draft, vsix);
  });
  say(`${vsix}: ${((await stat(vsix)).size / 1024 / 1024).toFixed(2)} MB`);
  return vsix;
}

if (import.meta.filename === process.argv[1]) await packageExtension();
