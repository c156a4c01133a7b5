/** Stands for an engine in tests: runs the attempt it is given by argv, says what it sees, and is there to be killed. */
import { localConnector } from './connector.ts';
import { supervisorPath } from './fixture.ts';

const attempt = JSON.parse(process.argv[2] ?? '{}');
const outcome = await localConnector({ supervisorPath, grace: 400 }).run({
  ...attempt,
  signal: new AbortController().signal,
  output: (_stream: string, text: string) => process.stdout.write(text),
});
process.stdout.write(JSON.stringify(outcome));
