import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { inspectArguments } from './inspect.ts';

describe('debugging the other processes', () => {
  it('opens the port that was asked for, on this machine alone', async () => {
    const port = await freePort();
    const { stdout } = spawnSync(
      process.execPath,
      [...inspectArguments(String(port)), '-e', "process.stdout.write(require('node:inspector').url() ?? '')"],
      { encoding: 'utf8' },
    );
    assert.ok(stdout.startsWith(`ws://127.0.0.1:${port}/`), stdout);
  });

  it('opens nothing where no port was given', () => {
    for (const port of [undefined, '', '0', '65536', '0.0.0.0:6009', '6009 --eval=1']) assert.deepEqual(inspectArguments(port), []);
  });

  it('attaches to the ports that the launch configuration sets', () => {
    const { configurations } = JSON.parse(readFileSync(new URL('../.vscode/launch.json', import.meta.url), 'utf8'));
    const named = (name: string) => configurations.find((one: { name: string }) => one.name === name);
    const { env } = named('Extension');
    assert.deepEqual(
      [env.RUNWRIGHT_DEBUG_SERVER, env.RUNWRIGHT_DEBUG_ENGINE],
      [named('Language server'), named('Engine')].map(({ port }) => String(port)),
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
