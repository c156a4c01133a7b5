// Run by VS Code inside its extension host: runs suite.ts with mocha, tells each result on the console as it comes and all of
// them in the file that RUNWRIGHT_TEST_RESULT names: [{ title, error? }].
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: Mocha.reporters.Base });
  mocha.addFile(join(__dirname, 'suite.cjs'));
  const results: { title: string; error?: string }[] = [];
  const add = (title: string, error?: string) => {
    results.push(error === undefined ? { title } : { title, error });
    console.log(`${error === undefined ? 'pass' : 'fail'}: ${title}${error === undefined ? '' : `\n${error}`}`);
  };
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => add(test.title))
      .on('fail', (test, error: unknown) => add(test.title, error instanceof Error ? (error.stack ?? error.message) : String(error)));
  });
  const file = process.env.RUNWRIGHT_TEST_RESULT;
  if (file) writeFileSync(file, JSON.stringify(results, null, 2));
  if (failures > 0) throw new Error(`${failures} of ${results.length} tests failed`);
}
