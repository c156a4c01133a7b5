import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openBrowser } from '../../scripts/vscode/browser.ts';
import { endEngine } from '../../scripts/vscode/engine.ts';
import { startServer } from '../../scripts/vscode/server.ts';

interface Result {
  readonly title: string;
  readonly error?: string;
}

// The suite itself (suite.ts) runs inside VS Code's extension host; this starts VS Code for it and reports each of its tests as one of ours.
describe('inside the extension host', function () {
  this.timeout(180_000);
  const project = resolve(import.meta.dirname, '../..');
  const folder = mkdtempSync(join(tmpdir(), 'runwright-host-'));
  let results: Result[] = [];
  let code: unknown;

  before(async () => {
    const workspace = join(folder, 'samples');
    cpSync(join(project, 'samples'), workspace, { recursive: true });
    const resultFile = join(folder, 'result.json');
    const server = await startServer({
      dataFolder: folder,
      settings: { 'security.workspace.trust.enabled': false },
      // The driver makes the built workbench honour an extension under development and its tests.
      args: ['--enable-smoke-test-driver'],
      env: { RUNWRIGHT_STATE: join(folder, 'state'), RUNWRIGHT_TEST_RESULT: resultFile },
    });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const exit = new Promise((done) => void page.exposeFunction('codeAutomationExit', (status: number) => done(status)));
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        if (process.env.RUNWRIGHT_VERBOSE) console.log(args.map(String).join(' '));
      });
      const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${path}`;
      await page.goto(
        server.url(workspace, [
          ['extensionDevelopmentPath', remote(project)],
          ['extensionTestsPath', remote(join(project, 'dist/test/host/index.cjs'))],
          ['skipWelcome', 'true'],
        ]),
      );
      code = await Promise.race([exit, new Promise((done) => setTimeout(done, 150_000, 'no answer within 150 s'))]);
      if (typeof code !== 'number') await page.screenshot({ path: join(process.env.RUNWRIGHT_ARTIFACTS ?? folder, 'host-stuck.png') });
    } finally {
      await browser.close();
      await server.stop();
      endEngine(join(folder, 'state'));
    }
    results = JSON.parse(readFileSync(resultFile, 'utf8')) as Result[];
  });

  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

  it('every test of the suite passes', () => {
    for (const result of results)
      console.log(`      ${result.error ? '✗' : '✓'} ${result.title}${result.error ? `\n${result.error}` : ''}`);
    assert.deepEqual(
      results.filter((result) => result.error),
      [],
    );
    assert.equal(code, 0);
    assert.ok(results.length > 0, 'the suite ran no test');
  });
});
