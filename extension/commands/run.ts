import { recordOf } from './arguments.ts';
import type { Handler } from './handler.ts';
import { chooseRunbook } from './runbooks.ts';
import { startRun } from './start.ts';

/** Run Runbook. With `{ file, inputs }` nothing is asked. Returns the run's id. */
export const run: Handler = async (services, argument) => {
  const title = 'Run Runbook';
  const uri = await chooseRunbook(argument, title);
  if (!uri) return undefined;
  return (await startRun(services, { title, uri, inputs: recordOf(argument, 'inputs') }))?.id;
};
