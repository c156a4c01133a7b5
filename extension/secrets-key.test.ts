import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { handOverKey } from './secrets-key.ts';

function scene(answer: () => Promise<void> = async () => undefined) {
  const kept = new Map<string, string>();
  const told: [string, string][] = [];
  return {
    kept,
    told,
    keep: {
      get: async (name: string) => kept.get(name),
      store: async (name: string, value: string) => void kept.set(name, value),
      delete: async (name: string) => void kept.delete(name),
    },
    engine: {
      async unlockSecrets(key: string, keeper: 'client' | 'file') {
        told.push([key, keeper]);
        await answer();
      },
    },
  };
}

describe("the key of the secret store in VS Code's keeping", () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the one that there was, else a new one, and the same for every engine', async () => {
    const { keep, engine, told, kept } = scene();
    writeFileSync(join(folder, 'secrets.key'), `${'ab'.repeat(32)}\n`);
    await handOverKey(engine, keep, true, folder);
    rmSync(join(folder, 'secrets.key'));
    await handOverKey(engine, keep, true, folder);
    assert.deepEqual(told, [
      ['ab'.repeat(32), 'client'],
      ['ab'.repeat(32), 'client'],
    ]);
    const other = scene();
    await handOverKey(other.engine, other.keep, true, folder);
    assert.match(other.told[0]?.[0] ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual([kept.size, other.kept.size], [1, 1]);
  });

  it('goes back to the state folder when it is no longer wanted here', async () => {
    const { keep, engine, told, kept } = scene();
    await handOverKey(engine, keep, false, folder);
    assert.deepEqual(told, []);
    kept.set('runwright.secretsKey', 'cd'.repeat(32));
    await handOverKey(engine, keep, false, folder);
    assert.deepEqual([told, kept.size], [[['cd'.repeat(32), 'file']], 0]);
  });

  it('is not lost when the engine does not take it', async () => {
    const { keep, engine, kept } = scene(() => Promise.reject(new Error('no')));
    kept.set('runwright.secretsKey', 'cd'.repeat(32));
    await assert.rejects(handOverKey(engine, keep, false, folder));
    await assert.rejects(handOverKey(engine, keep, true, folder));
    assert.equal(kept.get('runwright.secretsKey'), 'cd'.repeat(32));
    kept.clear();
    await assert.rejects(handOverKey(engine, keep, true, folder));
    assert.equal(kept.size, 0);
  });
});
