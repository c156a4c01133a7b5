// The project's own dependencies, installed when the lock file is newer than what is there.
import { createHash } from 'node:crypto';
import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './node24.mjs';
import { root } from './root.mjs';
import { run, step } from './steps.mjs';

export async function installDependencies() {
  const mark = join(root, 'node_modules/.installed');
  const wanted = createHash('sha256')
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex');
  if ((await readFile(mark, 'utf8').catch(() => '')) === wanted) return;
  // npm ci empties the folder first, also the one behind a link, which belongs to somebody else.
  const folder = await lstat(join(root, 'node_modules')).catch(() => undefined);
  if (folder?.isSymbolicLink())
    throw new Error(
      'node_modules is a link, and what is behind it does not fit package-lock.json: run `npm ci` where it really is, or remove the link.',
    );
  await step('Dependencies (npm ci)', () => run(npm, ['ci', '--loglevel=error', '--no-audit', '--no-fund'], { cwd: root, quiet: true }));
  await writeFile(mark, wanted);
}
