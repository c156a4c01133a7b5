// Node 24 for whatever needs node:sqlite or type stripping; an older system Node gets one from the npm registry.
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { cached } from './cache.mjs';
import { run, step } from './steps.mjs';

export const nodeVersion = '24.21.0';
const quietInstall = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--engine-strict=false'];
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** @returns the path of a Node ≥ 24 executable: this one where it is new enough, else a cached one. */
export async function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const package_ = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = await cached(`node-${nodeVersion}`, (draft) =>
    step(`Node ${nodeVersion} (this one is ${process.versions.node})`, async () => {
      await writeFile(join(draft, 'package.json'), '{ "private": true }\n');
      try {
        await run(npm, ['install', ...quietInstall, `${package_}@${nodeVersion}`], { cwd: draft, quiet: true });
      } catch (error) {
        throw new Error(
          `Node 24 is needed and ${package_}@${nodeVersion} could not be installed. Install Node 24 yourself and run this again.\n${error.message}`,
        );
      }
    }),
  );
  return join(folder, 'node_modules', package_, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
}

/** An environment in which `node` is the given executable and npm stays the system's. */
export function withNode(node, env = process.env) {
  return { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH ?? ''}` };
}

export { npm, quietInstall };
