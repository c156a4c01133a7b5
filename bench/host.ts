// Size of the package, and the time until activate() returns in the real extension host, with the packaged extension.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openBrowser } from '../scripts/vscode/browser.ts';
import { endEngine } from '../scripts/vscode/engine.ts';
import { installExtension, startServer } from '../scripts/vscode/server.ts';

const rounds = 9;
const project = resolve(import.meta.dirname, '..');
const vsix = process.env.RUNWRIGHT_VSIX;
if (!vsix) throw new Error('RUNWRIGHT_VSIX is not set: start this by `npm run bench -- host`.');

const folder = mkdtempSync(join(tmpdir(), 'runwright-bench-'));
installExtension(vsix, folder);
const name = readdirSync(join(folder, 'extensions')).find((entry) => entry.startsWith('runwright.'));
if (!name) throw new Error('The packaged extension was not installed.');
const extension = join(folder, 'extensions', name);
const result = join(folder, 'result.json');
const server = await startServer({
  dataFolder: join(folder, 'vscode'),
  settings: { 'security.workspace.trust.enabled': false },
  args: ['--enable-smoke-test-driver'],
  env: { RUNWRIGHT_STATE: join(folder, 'state'), RUNWRIGHT_TEST_RESULT: result },
});
const browser = await openBrowser();
const times: number[] = [];
try {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${path}`;
  const url = server.url(join(project, 'samples'), [
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(join(project, 'dist/test/host/activation.cjs'))],
    ['skipWelcome', 'true'],
  ]);
  // Each window has an extension host of its own; the first one also fills the file caches and is not counted.
  for (let round = 0; round <= rounds; round++) {
    const page = await browser.newPage();
    const exit = new Promise<number>((done) => void page.exposeFunction('codeAutomationExit', (code: number) => done(code)));
    await page.exposeFunction('codeAutomationLog', () => {});
    await page.goto(url);
    if ((await exit) !== 0) throw new Error('The measurement failed inside the extension host.');
    await page.close();
    const { activationMs } = JSON.parse(readFileSync(result, 'utf8')) as { activationMs: number };
    if (round > 0) times.push(activationMs);
  }
} finally {
  await browser.close();
  await server.stop();
  endEngine(join(folder, 'state'));
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
times.sort((a, b) => a - b);
const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
const bytes = statSync(vsix).size;
const report = {
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  vsixBytes: bytes,
  activateMs: { median, min: times[0], max: times.at(-1), rounds },
};
mkdirSync(join(project, 'bench/results'), { recursive: true });
writeFileSync(join(project, 'bench/results/host.json'), `${JSON.stringify(report, null, 2)}\n`);
console.log(`package              ${(bytes / 1024 / 1024).toFixed(2)} MB   (at most 8)`);
console.log(
  `activate() returns   ${median.toFixed(1)} ms median of ${rounds}, warm; ${times[0]?.toFixed(1)} to ${times.at(-1)?.toFixed(1)}   (at most 30)`,
);
