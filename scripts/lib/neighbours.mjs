// What the engine is measured beside: kept in the development cache, no dependencies of this project.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { npm, quietInstall } from './node24.mjs';
import { run, step } from './steps.mjs';

const packages = {
  '@dbos-inc/dbos-sdk': '5.3.0',
  '@restatedev/restate-server': '1.7.12',
  '@restatedev/restate-sdk': '1.17.2',
};

/** @returns the folder whose node_modules has them. */
export function neighbours() {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const name = `neighbours-${Object.values(packages).join('-')}`;
  return cached(name, (draft) =>
    step(`Neighbours to measure beside: ${wanted.join(', ')}`, async () => {
      await writeFile(join(draft, 'package.json'), '{ "private": true }\n');
      await run(npm, ['install', ...quietInstall, ...wanted], { cwd: draft, quiet: true });
    }),
  );
}
