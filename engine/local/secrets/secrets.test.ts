import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../../runbook/core/errors.ts';
import { FakeVault } from '../support/fake-vault.ts';
import { openSecretStore } from './file-store.ts';
import { openSecrets } from './secrets.ts';

describe('secrets from elsewhere', () => {
  let folder = '';
  const vaults: FakeVault[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-secrets-'));
  });
  afterEach(async () => {
    for (const vault of vaults.splice(0)) await vault.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const configure = (text: string) => writeFileSync(join(folder, 'secrets.yaml'), text);
  const open = (environment: Record<string, string> = {}, key?: string) =>
    openSecrets({ folder, local: openSecretStore({ folder, key }), environment });
  /** The problem, which holds no token and no value. */
  const problemOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('it was not refused'),
      (error: unknown) => error,
    );
    assert.ok(error instanceof ProblemError, String(error));
    assert.ok(!/root-token-value|hunter2|login-token|secret-id-value/.test(JSON.stringify(error.problem)), error.message);
    return error.problem;
  };
  const vaultWith = async (tls?: { key: string; cert: string }) => {
    const vault = new FakeVault(tls);
    vaults.push(vault);
    return { vault, address: await vault.listen() };
  };

  it('come from the local store where nothing else is said', async () => {
    const secrets = open();
    assert.equal(await secrets.set('token', 'some-value'), 1);
    assert.deepEqual(await secrets.get('token'), { value: 'some-value', version: 1 });
    configure('secrets: { other: env, token: local, "to*": env }');
    assert.deepEqual(await secrets.get('token'), { value: 'some-value', version: 1 });
    assert.deepEqual(await secrets.names(), ['other', 'token']);
  });

  it('come from the environment, under another name and by prefix', async () => {
    configure(
      'secrets:\n  edge_key: { env: EDGE }\n  CI_*: env\n  CI_LOCAL: local\n  pin: { env: PIN, allow-short: true }\n  short: { env: PIN }\n',
    );
    const secrets = open({ EDGE: 'hunter2-edge', CI_TOKEN: 'hunter2-ci', PIN: '1234' });
    assert.equal((await secrets.get('edge_key'))?.value, 'hunter2-edge');
    assert.equal((await secrets.get('CI_TOKEN'))?.value, 'hunter2-ci');
    assert.equal(await secrets.get('CI_LOCAL'), undefined);
    assert.equal((await secrets.get('pin'))?.value, '1234');
    assert.equal((await problemOf(secrets.get('short'))).code, 'secret-short');
    const missing = await problemOf(secrets.get('CI_OTHER'));
    assert.equal(missing.code, 'secret-variable');
    assert.match(missing.message, /CI_OTHER/);
    assert.equal((await problemOf(secrets.version('CI_OTHER'))).code, 'secret-variable');
    assert.equal((await problemOf(secrets.set('edge_key', 'a-new-value'))).code, 'secret-elsewhere');
    assert.equal((await problemOf(secrets.remove('CI_TOKEN'))).code, 'secret-elsewhere');
  });

  it('have a version that changes with the value and does not tell it', async () => {
    configure('secrets: { a: env, b: env }');
    const version = (a: string, key?: string) => open({ a, b: a }, key).version('a');
    const one = await version('hunter2-one');
    assert.ok(Number.isSafeInteger(one));
    assert.equal(await version('hunter2-one'), one);
    assert.equal((await open({ a: 'hunter2-one' }).get('a'))?.version, one);
    assert.notEqual(await version('hunter2-two'), one);
    assert.notEqual(await open({ b: 'hunter2-one' }).version('b'), one);
    const other = mkdtempSync(join(tmpdir(), 'runwright-secrets-'));
    try {
      // Whoever knows the value and not the key cannot make the number.
      writeFileSync(join(other, 'secrets.yaml'), 'secrets: { a: env }');
      const elsewhere = openSecrets({ folder: other, local: openSecretStore({ folder: other }), environment: { a: 'hunter2-one' } });
      assert.notEqual(await elsewhere.version('a'), one);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it('come from Vault, by path and key', async () => {
    const { vault, address } = await vaultWith();
    vault.put('ops/db', { password: 'hunter2-db', port: 5432, db_user: 'hunter2-user' });
    configure(`vault: { address: "${address}" }
secrets:
  db_password: { vault: { path: ops/db, key: password } }
  db_port: { vault: { path: /ops/db/, key: port }, allow-short: true }
  "db_*": { vault: { mount: secret, path: ops/db } }`);
    const secrets = open({ VAULT_TOKEN: 'root-token-value' });
    assert.equal((await secrets.get('db_password'))?.value, 'hunter2-db');
    assert.equal((await secrets.get('db_port'))?.value, '5432');
    assert.equal((await secrets.get('db_user'))?.value, 'hunter2-user');
    assert.deepEqual(await secrets.names(), ['db_password', 'db_port']);
    assert.match((await problemOf(secrets.get('db_nothing'))).message, /no key db_nothing at secret\/ops\/db/);
    assert.equal(vault.seen[0]?.line, 'GET /v1/secret/data/ops/db');
    assert.equal(vault.seen[0]?.headers['x-vault-request'], 'true');
  });

  it('have a version that changes with every change in Vault, also when a path begins anew', async () => {
    const { vault, address } = await vaultWith();
    configure(`vault: { address: "${address}" }\nsecrets: { a: { vault: { path: p, key: k } } }`);
    const secrets = open({ VAULT_TOKEN: 'root-token-value' });
    const versions: (number | undefined)[] = [];
    const note = async () => versions.push(await secrets.version('a'));
    vault.put('p', { k: 'hunter2-one' });
    await note();
    vault.put('p', { k: 'hunter2-two' });
    await note();
    vault.put('p', undefined);
    assert.equal((await problemOf(secrets.get('a'))).code, 'vault-missing');
    vault.destroy('p');
    vault.put('other', { k: 'hunter2-x' });
    vault.put('p', { k: 'hunter2-three' });
    await note();
    configure(`vault: { address: "${address}" }\nsecrets: { a: { vault: { path: other, key: k } } }`);
    await note();
    assert.equal(new Set(versions).size, 4, String(versions));
    assert.equal((await secrets.get('a'))?.version, versions.at(-1));
  });

  it('say what is wrong with Vault', async () => {
    const { vault, address } = await vaultWith();
    vault.put('ops/db', { k: 'hunter2-db', small: 'x' });
    vault.tokens.set('poor-token', ['secret/data/other']);
    configure(
      'secrets: { a: { vault: { path: ops/db, key: k } }, b: { vault: { path: ops/none, key: k } }, c: { vault: { path: ops/db, key: small } } }',
    );
    const at = (token: string | undefined, VAULT_ADDR = address) =>
      open({ VAULT_ADDR, ...(token === undefined ? {} : { VAULT_TOKEN: token }) });
    assert.equal((await at('root-token-value').get('a'))?.value, 'hunter2-db');
    const denied = await problemOf(at('poor-token').get('a'));
    assert.equal(denied.code, 'vault-denied');
    assert.match(denied.remedy, /path "secret\/data\/ops\/db" \{ capabilities = \["read"\] \}/);
    const expired = await problemOf(at('expired-token').get('a'));
    assert.deepEqual([expired.code, expired.class], ['vault-token', 'auth']);
    assert.equal((await problemOf(at('a token\r\nX-Forged: 1').get('a'))).code, 'vault-token');
    assert.equal((await problemOf(at('root-token-value').get('b'))).code, 'vault-missing');
    assert.equal((await problemOf(at('root-token-value').get('c'))).code, 'secret-short');
    vault.sealed = true;
    const sealed = await problemOf(at('root-token-value').get('a'));
    assert.deepEqual([sealed.code, sealed.class], ['vault-sealed', 'server-error']);
    await vault.close();
    vaults.splice(0);
    const gone = await problemOf(at('root-token-value').get('a'));
    assert.deepEqual([gone.code, gone.class], ['vault-unreachable', 'network']);
    for (const bad of ['', 'vault.example.net', 'http://vault.example.net:8200', 'https://user:hunter2@vault', 'ftp://localhost'])
      assert.equal((await problemOf(at('root-token-value', bad).get('a'))).code, 'secrets-config', bad);
  });

  it('ask Vault with a token from a file, read anew each time, and in a namespace', async () => {
    const { vault, address } = await vaultWith();
    vault.namespace = 'team/ops';
    vault.put('p', { k: 'hunter2-one' });
    const file = join(folder, 'vault-token');
    configure(
      `vault: { address: "${address}", token-file: ${JSON.stringify(file)}, namespace: team/ops }\nsecrets: { a: { vault: { path: p, key: k } } }`,
    );
    const secrets = open({ VAULT_TOKEN: 'not-this-one' });
    assert.match((await problemOf(secrets.get('a'))).message, /there is no token/);
    writeFileSync(file, 'stale-token\n');
    assert.equal((await problemOf(secrets.get('a'))).code, 'vault-token');
    writeFileSync(file, 'root-token-value\n');
    assert.equal((await secrets.get('a'))?.value, 'hunter2-one');
  });

  it('log in to Vault by AppRole, and again when that token was revoked', async () => {
    const { vault, address } = await vaultWith();
    vault.put('p', { k: 'hunter2-one' });
    vault.roles.set('role-1', 'secret-id-value');
    const file = join(folder, 'secret-id');
    writeFileSync(file, 'secret-id-value\n');
    configure(
      `vault: { address: "${address}", app-role: { role-id: role-1, secret-id-file: ${JSON.stringify(file)} } }\nsecrets: { a: { vault: { path: p, key: k } } }`,
    );
    const secrets = open();
    const logins = () => vault.seen.filter(({ line }) => line.includes('approle')).length;
    await secrets.get('a');
    await secrets.get('a');
    assert.equal(logins(), 1);
    vault.tokens.clear();
    assert.equal((await secrets.get('a'))?.value, 'hunter2-one');
    assert.equal(logins(), 2);
    vault.roles.clear();
    vault.tokens.clear();
    assert.match((await problemOf(secrets.get('a'))).message, /AppRole is refused/);
  });

  it('come over TLS alone from a Vault whose authority is known', async () => {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
      ],
      { cwd: folder, stdio: 'ignore' },
    );
    const { vault, address } = await vaultWith({
      key: readFileSync(join(folder, 'key.pem'), 'utf8'),
      cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    });
    vault.put('p', { k: 'hunter2-one' });
    configure('secrets: { a: { vault: { path: p, key: k } } }');
    const known = { VAULT_ADDR: address, VAULT_TOKEN: 'root-token-value' };
    assert.equal((await open({ ...known, VAULT_CACERT: join(folder, 'cert.pem') }).get('a'))?.value, 'hunter2-one');
    const refused = await problemOf(open(known).get('a'));
    assert.equal(refused.code, 'vault-unreachable');
    assert.match(refused.message, /certificate/);
    assert.equal(vault.seen.length, 1);
    assert.equal((await problemOf(open({ ...known, VAULT_CACERT: join(folder, 'none.pem') }).get('a'))).code, 'secrets-config');
  });

  it('are refused while their file is wrong, and nothing of it is quoted', async () => {
    for (const text of [
      '[',
      '- a',
      'secrets: []',
      'surprise: 1',
      'secrets: { "a b": env }',
      'secrets: { "../a": env }',
      'secrets: { a: hunter2 }',
      'secrets: { a: { env: 1 } }',
      'secrets: { a: { env: A, vault: { path: p } } }',
      'secrets: { a: {} }',
      'secrets: { a: { vault: { path: ../../sys } } }',
      'secrets: { a: { vault: { path: p, mount: "" } } }',
      'secrets: { a: { vault: { path: p, token: hunter2 } } }',
      'vault: { token: hunter2 }',
      'vault: { app-role: { role-id: r } }',
      'a: &a [x]\nb: *a',
    ]) {
      configure(text);
      assert.equal((await problemOf(open().get('a'))).code, 'secrets-config', text);
    }
    configure('');
    assert.equal(await open().get('a'), undefined);
    configure('secrets:\n  a: env\n  *b\n');
    assert.equal((await problemOf(open().names())).code, 'secrets-config');
  });
});
