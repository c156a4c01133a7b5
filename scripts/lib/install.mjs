// The project's own dependencies, installed when the lock file is newer than what is there.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
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
  await step('Dependencies (npm ci)', () => run(npm, ['ci', '--loglevel=error', '--no-audit', '--no-fund'], { cwd: root, quiet: true }));
  await writeFile(mark, wanted);
}
