// All that must hold before a commit: format and lint, types and import relation, the manifest, unit tests.
import { join } from 'node:path';
import { generate } from './generate.mjs';
import { checkImports } from './lib/imports.mjs';
import { root } from './lib/root.mjs';
import { run, step } from './lib/steps.mjs';
import { unit } from './unit.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);

/** `count` is told how many unit tests passed and failed. */
export async function verify({ count = async () => {} } = {}) {
  await generate();
  await step('Format and lint', () =>
    run(bin('biome'), ['ci', '--error-on-warnings', '--max-diagnostics=40', '.'], { cwd: root, quiet: true }),
  );
  await step('Types', () => run(bin('tsc'), ['-b'], { cwd: root, quiet: true }));
  await step('Import relation', () => checkImports());
  await step('Manifest', async () => (await import('./lib/manifest.mjs')).checkManifest());
  await count(await unit());
}

if (import.meta.filename === process.argv[1])
  await verify().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
