import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actions } from '../../actions/index.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

describe('files on an SSH host', () => {
  let home: Home;
  let server: Sshd;
  let made: TestContext;
  let folder: string;

  const act = async (action: string, input: Readonly<Record<string, Json>>): Promise<Readonly<Record<string, Json>>> => {
    const outcome = await actions[action]?.code(input, made.context);
    assert.equal(outcome?.kind, 'succeeded', JSON.stringify(outcome));
    return outcome?.kind === 'succeeded' ? outcome.outputs : {};
  };
  const remote = (name: string) => join(folder, name);
  const here = (name: string) => join(made.context.folder, name);

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
  });
  beforeEach(() => {
    made = testContext({
      connection: { type: 'ssh', host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey },
      environment: { HOME: home.folder },
    });
    folder = join(made.root, 'remote');
    mkdirSync(folder);
  });
  afterEach(() => made.remove());
  after(async () => {
    await server?.stop();
    home?.remove();
  });

  it('are written, read, selected from and put back', async () => {
    writeFileSync(remote('a.json'), '{"old":true}', { mode: 0o640 });
    const written = await act('file/write', { path: remote('a.json'), json: { hosts: ['h1', 'h2'] } });
    assert.equal(statSync(remote('a.json')).mode & 0o777, 0o640);
    assert.deepEqual((await act('file/read', { path: remote('a.json'), as: 'json' })).value, { hosts: ['h1', 'h2'] });
    assert.equal((await act('json/select', { file: remote('a.json'), path: 'hosts[-1]' })).value, 'h2');
    assert.equal((await act('file/write', { path: remote('a.json'), json: { hosts: ['h1', 'h2'] } })).changed, false);
    await act('file/restore', { earlier: written.earlier ?? null });
    assert.equal(readFileSync(remote('a.json'), 'utf8'), '{"old":true}');
    assert.deepEqual(readdirSync(folder), ['a.json']);
  });

  it('are copied there and back, the same to the byte', async () => {
    const bytes = Buffer.alloc(3_000_000, 'any \0 bytes\xff', 'latin1');
    writeFileSync(here('up.bin'), bytes, { mode: 0o600 });
    const up = await act('file/copy', { from: 'up.bin', to: folder });
    assert.equal(up.path, remote('up.bin'));
    assert.ok(readFileSync(remote('up.bin')).equals(bytes));
    assert.equal(statSync(remote('up.bin')).mode & 0o777, 0o600);
    assert.equal((await act('file/copy', { from: 'up.bin', to: remote('up.bin') })).changed, false);
    const down = await act('file/copy', { from: remote('up.bin'), to: 'down.bin', direction: 'from-target' });
    assert.ok(readFileSync(here('down.bin')).equals(bytes));
    assert.equal(down.sha256, up.sha256);
    await act('file/restore', { earlier: down.earlier ?? null });
    assert.deepEqual(readdirSync(made.context.folder).sort(), ['.runwright', 'up.bin']);
    await act('file/restore', { earlier: up.earlier ?? null });
    assert.deepEqual(readdirSync(folder), []);
  });

  it('that are not there are said to be on that host', async () => {
    await assert.rejects(
      act('file/read', { path: remote('none') }),
      (error) => error instanceof ProblemError && error.problem.code === 'path-missing' && / on target\./.test(error.message),
    );
  });
});
