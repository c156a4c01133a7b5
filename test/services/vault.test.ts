import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { openSecretStore } from '../../engine/local/secrets/file-store.ts';
import { openSecrets } from '../../engine/local/secrets/secrets.ts';
import { FakeVault } from '../../engine/local/support/fake-vault.ts';
import { remove, temporary } from './support/server.ts';

/** The same walk over a real Vault, where VAULT_ADDR and VAULT_TOKEN name one with a KV engine of version 2 at `secret`, and over the fake. */
const real = process.env.VAULT_ADDR !== undefined && process.env.VAULT_TOKEN !== undefined;

describe(`Vault (${real ? 'the one at VAULT_ADDR' : 'the fake'})`, () => {
  const folder = temporary('vault');
  const fake = new FakeVault();
  after(async () => {
    if (!real) await fake.close();
    remove(folder);
  });

  it('gives a secret, its next version, and says when it is gone', async () => {
    const environment = real ? process.env : { VAULT_ADDR: await fake.listen(), VAULT_TOKEN: 'root-token-value' };
    const path = `runwright-test/${randomBytes(6).toString('hex')}`;
    const put = async (value: string | undefined): Promise<void> => {
      if (!real) return fake.put(path, value === undefined ? undefined : { key: value });
      const answer = await request(`${environment.VAULT_ADDR}/v1/secret/${value === undefined ? 'metadata' : 'data'}/${path}`, {
        method: value === undefined ? 'DELETE' : 'POST',
        headers: { 'x-vault-token': environment.VAULT_TOKEN ?? '' },
        body: value === undefined ? null : JSON.stringify({ data: { key: value } }),
      });
      await answer.body.dump();
      assert.ok(answer.statusCode < 300, String(answer.statusCode));
    };
    writeFileSync(join(folder, 'secrets.yaml'), `secrets: { one: { vault: { path: ${path}, key: key } } }`);
    const secrets = openSecrets({ folder, local: openSecretStore({ folder }), environment });
    await put('first-value');
    const first = await secrets.get('one');
    assert.equal(first?.value, 'first-value');
    assert.equal(await secrets.version('one'), first?.version);
    await put('second-value');
    const second = await secrets.get('one');
    assert.equal(second?.value, 'second-value');
    assert.notEqual(second?.version, first?.version);
    await put(undefined);
    await assert.rejects(secrets.get('one'), /has no value at/);
    const stranger = openSecrets({
      folder,
      local: openSecretStore({ folder }),
      environment: { ...environment, VAULT_TOKEN: 'hvs.not-a-token' },
    });
    await assert.rejects(stranger.get('one'), /does not know who asks/);
  });
});
