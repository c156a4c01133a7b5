import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host, HostRun, Ran } from '../../../engine/connectors/host.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type CaseFolder, openCase } from './case-folder.ts';
import { collect } from './collect.ts';
import { isCalled, readMachine } from './machine.ts';

/** A host whose every script ends as the test says. */
const fakeHost = (run: (options: HostRun) => Promise<Partial<Ran>>): Host => ({
  name: 'fake',
  run: async (_script, options = {}) => ({ exitCode: 0, stdout: '', stderr: '', truncated: false, ...(await run(options)) }),
  read: () => assert.fail(),
  write: () => assert.fail(),
  stat: () => assert.fail(),
});

describe('a piece of evidence', () => {
  let workspace: string;
  let folder: CaseFolder;
  beforeEach(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'runwright-case-'));
    folder = await openCase(workspace, new Date(0));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));
  const take = (run: (options: HostRun) => Promise<Partial<Ran>>, seconds = 60, signal = new AbortController().signal) =>
    collect(
      { file: 'x.txt', group: 'logs', script: 'true', seconds },
      { host: fakeHost(run), folder, signal, since: 5, minutes: 1, most: 8, folders: ['/etc'] },
    );
  const files = () => readdirSync(folder.path);

  it('is whole with what came, whatever its exit code', async () => {
    const whole = await take(async ({ args, onStdout }) => {
      assert.deepEqual(args, ['5', '1', '8']);
      onStdout?.(Buffer.from('ab'));
      onStdout?.(Buffer.from('c'));
      return { exitCode: 1, stderr: 'one thing was not readable' };
    });
    assert.equal(readFileSync(join(folder.path, 'x.txt'), 'utf8'), 'abc');
    assert.deepEqual([whole.state, whole.exitCode, whole.bytes, whole.stderr], ['whole', 1, 3, 'one thing was not readable']);
    assert.equal(whole.sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('is missing, with the reason and no file, where the machine has none', async () => {
    const missing = await take(async () => ({ exitCode: 127, stderr: 'x\nss is not installed there\n' }));
    assert.deepEqual([missing.state, missing.why, missing.exitCode], ['missing', 'ss is not installed there', 127]);
    assert.deepEqual(files(), []);
    const empty = await take(async () => ({ exitCode: 0 }));
    assert.deepEqual([empty.state, empty.bytes, files()], ['whole', 0, ['x.txt']]);
  });

  it('is cut at the limit and stopped after its time, and says so', async () => {
    const until = ({ signal }: HostRun) =>
      new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const cut = await take((options) => {
      options.onStdout?.(Buffer.from('0123456789'));
      return options.signal?.aborted ? Promise.reject(options.signal.reason) : until(options);
    });
    assert.deepEqual([cut.state, cut.bytes, cut.exitCode], ['partly', 8, undefined]);
    assert.match(cut.why ?? '', /longer than/);
    rmSync(join(folder.path, 'x.txt'), { force: true });
    const late = await take(until, 0.05);
    assert.deepEqual([late.state, late.why], ['partly', 'it was stopped after 0.05 s']);
  });

  it('is not there where the machine cannot be worked on', async () => {
    const lost = new ProblemError(problem('host-lost', { host: 'web-1' }));
    await assert.rejects(
      take(async ({ onStdout }) => {
        onStdout?.(Buffer.from('half'));
        throw lost;
      }),
      lost,
    );
    assert.deepEqual(files(), []);
  });
});

describe('a machine', () => {
  const machine = readMachine('time=1772323200\nname=web-1.example.net\nuid=0\nuser=root\naddresses=192.0.2.10 2001:db8::1 \n');
  it('is known by its names and addresses', () => {
    assert.deepEqual([machine.time, machine.root, machine.addresses], [1772323200, true, ['192.0.2.10', '2001:db8::1']]);
    for (const name of ['web-1', 'WEB-1.example.net', '192.0.2.10', 'edge']) assert.ok(isCalled(name, machine, 'edge'), name);
    for (const name of ['web-2', '192.0.2.1', '192', 'localhost']) assert.ok(!isCalled(name, machine, 'edge'), name);
    assert.ok(isCalled('localhost', machine, 'local'));
    assert.deepEqual(readMachine('').time, undefined);
  });
});
