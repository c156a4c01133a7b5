// The engine's process: `engine.cjs`, run by Node or by Electron as Node. Ends with 0 when it was told to or had nothing to do, 6 when another engine has the state folder, 5 when it may not start for another reason.
import { ProblemError, problem } from '../runbook/core/errors.ts';

const oldest = 24;

async function main(): Promise<void> {
  if (Number(process.versions.node.split('.', 1)[0]) < oldest)
    throw new ProblemError(problem('node-old', { version: process.versions.node }));
  // Loaded only now: an older Node lacks node:sqlite and would fail before the sentence.
  const { runDaemon } = await import('./daemon.ts');
  await runDaemon();
}

main().catch((error: unknown) => {
  const text =
    error instanceof ProblemError
      ? `${error.problem.message} ${error.problem.remedy}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${text}\n`, () => process.exit(codeOf(error)));
});

function codeOf(error: unknown): number {
  if (!(error instanceof ProblemError)) return 1;
  return error.problem.code === 'engine-running' ? 6 : 5;
}
