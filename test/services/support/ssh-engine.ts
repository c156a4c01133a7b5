/** Stands for an engine in tests: runs the attempt it is given on stdin, says what it sees, and is there to be killed. */
import { text } from 'node:stream/consumers';
import { sshConnector } from '../../../engine/connectors/ssh/connector.ts';

const attempt = JSON.parse(await text(process.stdin));
const outcome = await sshConnector({ grace: 400 }).run({
  ...attempt,
  keepSecret: async () => 1,
  signal: new AbortController().signal,
  output: (_stream: string, text: string) => process.stdout.write(text),
});
process.stdout.write(JSON.stringify(outcome));
