import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionCode } from '../../engine/connectors/action.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { type TestContext, testContext } from '../testing/context.ts';
import { fileCopy } from './copy/copy.ts';
import { fileRead } from './read/read.ts';
import { fileRestore } from './restore/restore.ts';
import { fileWrite } from './write/write.ts';

let made: TestContext;
const at = (name: string) => join(made.context.folder, name);
const text = (name: string) => readFileSync(at(name), 'utf8');

async function act(code: ActionCode, input: Readonly<Record<string, Json>>): Promise<Readonly<Record<string, Json>>> {
  const outcome = await code(input, made.context);
  assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
  return outcome.kind === 'succeeded' ? outcome.outputs : {};
}

async function refusal(code: ActionCode, input: Readonly<Record<string, Json>>): Promise<string> {
  return act(code, input).then(
    (outputs) => assert.fail(JSON.stringify(outputs)),
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );
}

const earlierOf = ({ earlier }: Readonly<Record<string, Json>>): { earlier: Json } => ({ earlier: earlier ?? null });

beforeEach(() => {
  made = testContext();
});
afterEach(() => made.remove());

describe('file/read', () => {
  it('gives text, lines, values or base64', async () => {
    writeFileSync(at('a.txt'), '\ufeffone\r\ntwo\n');
    const read = await act(fileRead, { path: 'a.txt' });
    assert.equal(read.content, 'one\r\ntwo\n');
    assert.deepEqual([read.exists, read.size, read.path], [true, 12, at('a.txt')]);
    assert.match(String(read.sha256), /^[0-9a-f]{64}$/);
    assert.deepEqual((await act(fileRead, { path: at('a.txt'), as: 'lines' })).lines, ['one', 'two']);
    assert.equal((await act(fileRead, { path: 'a.txt', as: 'base64' })).content, Buffer.from('\ufeffone\r\ntwo\n').toString('base64'));
    writeFileSync(at('b.json'), '{"a":[1]}');
    assert.deepEqual((await act(fileRead, { path: 'b.json', as: 'json' })).value, { a: [1] });
    assert.deepEqual((await act(fileRead, { path: 'b.json', as: 'yaml' })).value, { a: [1] });
    writeFileSync(at('c.txt'), Buffer.from([0x67, 0xfc, 0x6e]));
    assert.equal((await act(fileRead, { path: 'c.txt', encoding: 'windows-1252' })).content, 'gün');
    writeFileSync(at('empty'), '');
    assert.deepEqual((await act(fileRead, { path: 'empty', as: 'lines' })).lines, []);
  });

  it('says what is wrong with a file, and nothing of what stands there', async () => {
    assert.equal(await refusal(fileRead, { path: 'none' }), 'path-missing');
    assert.deepEqual(await act(fileRead, { path: 'none', optional: true }), { exists: false, path: at('none') });
    assert.equal(await refusal(fileRead, { path: '.' }), 'path-kind');
    writeFileSync(at('a'), '{"word-of-mouth": ');
    for (const as of ['json', 'yaml'])
      await assert.rejects(
        act(fileRead, { path: 'a', as }),
        (error) => error instanceof ProblemError && error.problem.code === 'file-content' && !/mouth/.test(error.message),
      );
    writeFileSync(at('b'), Buffer.from([0xff, 0xfe, 0xff]));
    assert.equal(await refusal(fileRead, { path: 'b' }), 'file-content');
    assert.equal(await refusal(fileRead, { path: 'b', encoding: 'klingon' }), 'action-input');
    assert.equal(await refusal(fileRead, { path: 'b', 'max-bytes': 2 }), 'file-too-large');
    assert.equal(await refusal(fileRead, { path: '/proc/self/smaps', 'max-bytes': 100 }), 'file-too-large');
    writeFileSync(
      at('bomb'),
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`).join('\n')}\n`,
    );
    assert.equal(await refusal(fileRead, { path: 'bomb', as: 'yaml' }), 'file-content');
  });
});

describe('file/write', () => {
  it('makes a file, leaves it alone when it is as wanted, and its undo removes it', async () => {
    const first = await act(fileWrite, { path: 'a', content: 'x\n', mode: '0600' });
    assert.deepEqual([first.changed, first.created, first.size, text('a')], [true, true, 2, 'x\n']);
    assert.equal(statSync(at('a')).mode & 0o777, 0o600);
    const again = await act(fileWrite, { path: 'a', content: 'x\n' });
    assert.deepEqual([again.changed, again.earlier], [false, undefined]);
    assert.deepEqual(await act(fileRestore, earlierOf(again)), { restored: false });
    assert.deepEqual(await act(fileRestore, earlierOf(first)), { restored: true });
    assert.deepEqual(await act(fileRestore, earlierOf(first)), { restored: false });
    assert.deepEqual(readdirSync(made.context.folder), ['.runwright']);
  });

  it('replaces a file, and its undo puts back content and mode', async () => {
    writeFileSync(at('a'), 'before');
    chmodSync(at('a'), 0o640);
    const written = await act(fileWrite, { path: 'a', json: { b: [1] } });
    assert.equal(text('a'), '{\n  "b": [\n    1\n  ]\n}\n');
    await act(fileRestore, { ...earlierOf(written), check: true });
    assert.notEqual(text('a'), 'before');
    assert.deepEqual(await act(fileRestore, earlierOf(written)), { restored: true });
    assert.deepEqual([text('a'), statSync(at('a')).mode & 0o777], ['before', 0o640]);
    assert.deepEqual(readdirSync(made.context.folder).sort(), ['.runwright', 'a']);
  });

  it('keeps what the first attempt found', async () => {
    writeFileSync(at('a'), 'first');
    await act(fileWrite, { path: 'a', content: 'second' });
    const third = await act(fileWrite, { path: 'a', content: 'third' });
    await act(fileRestore, earlierOf(third));
    assert.equal(text('a'), 'first');
  });

  it('puts nothing back over what somebody else has written since', async () => {
    writeFileSync(at('a'), 'before');
    const written = await act(fileWrite, { path: 'a', content: 'ours' });
    writeFileSync(at('a'), 'theirs');
    utimesSync(at('a'), 1, 1);
    assert.equal(await refusal(fileRestore, earlierOf(written)), 'path-changed');
    assert.equal(text('a'), 'theirs');
    const bare = await act(fileWrite, { path: 'a', content: 'again', keep: false });
    assert.equal(await refusal(fileRestore, earlierOf(bare)), 'path-missing');
    assert.equal(await refusal(fileRestore, { earlier: { path: 'a' } }), 'action-input');
  });

  it('adds to the end where told to, and takes bytes', async () => {
    await act(fileWrite, { path: 'log', content: 'one\n', append: true });
    const added = await act(fileWrite, { path: 'log', content: 'two\n', append: true });
    assert.deepEqual([text('log'), added.size], ['one\ntwo\n', 8]);
    await act(fileRestore, earlierOf(added));
    assert.equal(text('log'), 'one\n');
    await act(fileWrite, { path: 'bytes', base64: 'AP8=\n' });
    assert.deepEqual([...readFileSync(at('bytes'))], [0, 255]);
  });

  it('only says what would change when it checks', async () => {
    writeFileSync(at('a'), 'x');
    const outputs = await act(fileWrite, { path: 'a', content: 'longer', check: true });
    assert.deepEqual(outputs, { path: at('a'), size: 6, changed: true, created: false });
    assert.equal(text('a'), 'x');
    assert.match(made.lines.join('\n'), /had 1 bytes, gets 6; nothing is written/);
  });

  it('refuses what it cannot do before it does anything', async () => {
    writeFileSync(at('a'), 'x');
    assert.equal(await refusal(fileWrite, { path: 'a', content: 'y', overwrite: false }), 'path-exists');
    assert.equal(await refusal(fileWrite, { path: 'a' }), 'action-input');
    assert.equal(await refusal(fileWrite, { path: 'a', content: 'y', json: 1 }), 'action-input');
    assert.equal(await refusal(fileWrite, { path: 'a', base64: '***' }), 'action-input');
    assert.equal(await refusal(fileWrite, { path: 'none/a', content: 'y' }), 'path-missing');
    assert.equal(await refusal(fileWrite, { path: '', content: 'y' }), 'action-input');
    assert.equal(text('a'), 'x');
  });
});

describe('file/copy', () => {
  it('copies a file with its mode, into a folder under its name, once', async () => {
    writeFileSync(at('a.bin'), Buffer.alloc(300_000, 'abc'));
    chmodSync(at('a.bin'), 0o750);
    mkdirSync(at('sub'));
    const copied = await act(fileCopy, { from: 'a.bin', to: 'sub' });
    assert.deepEqual([copied.path, copied.size, copied.changed, copied.created], [at('sub/a.bin'), 300_000, true, true]);
    assert.ok(readFileSync(at('sub/a.bin')).equals(readFileSync(at('a.bin'))));
    assert.equal(statSync(at('sub/a.bin')).mode & 0o777, 0o750);
    assert.equal((await act(fileCopy, { from: 'a.bin', to: 'sub/' })).changed, false);
    await act(fileRestore, earlierOf(copied));
    assert.deepEqual(readdirSync(at('sub')), []);
  });

  it('says what it would do, and refuses what is not there or in the way', async () => {
    writeFileSync(at('a'), 'a');
    writeFileSync(at('b'), 'b');
    assert.equal((await act(fileCopy, { from: 'a', to: 'b', check: true })).changed, true);
    assert.equal(text('b'), 'b');
    assert.equal(await refusal(fileCopy, { from: 'none', to: 'b' }), 'path-missing');
    assert.equal(await refusal(fileCopy, { from: 'a', to: 'b', overwrite: false }), 'path-exists');
    assert.equal(await refusal(fileCopy, { from: '.', to: 'b' }), 'path-kind');
    assert.equal(await refusal(fileCopy, { from: 'a', to: 'none/b' }), 'path-missing');
  });
});
