import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type TestContext, testContext } from '../../testing/context.ts';
import { resetPasswords } from './reset-passwords.ts';
import { newPassword, secretName } from './secret.ts';
import { readSettings } from './settings.ts';

describe('a new password', () => {
  it('has every class of characters, its length, and never comes twice', () => {
    const made = new Set<string>();
    for (let at = 0; at < 500; at++) {
      const password = newPassword(12);
      assert.match(password, /^[A-Za-z][A-Za-z2-9_.+=@%^*!-]{11}$/);
      for (const kind of [/[A-Z]/, /[a-z]/, /[2-9]/, /[^A-Za-z0-9]/]) assert.match(password, kind);
      assert.doesNotMatch(password, /[:'"\\$`\s<>&;|]/);
      made.add(password);
    }
    assert.equal(made.size, 500);
    assert.equal(newPassword(128).length, 128);
  });

  it('is kept under a name that a secret may have, a different one for each account', () => {
    assert.equal(secretName('ann'), 'reset_ann');
    const names = ['j.doe', 'j_doe', 'j@doe', 'x'.repeat(300), `${'x'.repeat(300)}y`, 'änn'].map(secretName);
    for (const name of names) assert.match(name, /^[A-Za-z_][\w-]{0,127}$/);
    assert.equal(new Set(names).size, names.length);
  });
});

describe('settings for passwords', () => {
  const ldap = { url: 'ldaps://ldap.example.net', 'bind-dn': 'cn=a', password: 'not to be quoted', base: 'dc=x' };
  const refused = (settings: Json, why: RegExp) =>
    assert.throws(
      () => readSettings(settings),
      (error: Error) => why.test(error.message) && !error.message.includes('not to be quoted'),
      String(why),
    );
  it('are read, with what is usual where they say nothing', () => {
    assert.deepEqual(readSettings(undefined), { length: 20, allow: [], unix: { sudo: false, firstId: 1000 } });
    assert.equal(readSettings({ ldap: { ...ldap, 'x-note': 1 } }).ldap?.attribute, 'uid');
  });
  it('are refused with the reason', () => {
    refused({ lenght: 30 }, /it has no key lenght; those there are: method, length/);
    refused({ length: 8 }, /length must be a whole number from 12 to 128/);
    refused({ method: 'ad' }, /one of ldap, unix, http/);
    refused({ ldap: { ...ldap, url: 'ldap://ldap.example.net' } }, /in the clear/);
    refused({ ldap: { ...ldap, url: 'https://ldap.example.net' } }, /an address such as/);
    refused({ ldap: { ...ldap, url: 'ldaps://a:not to be quoted@ldap.example.net' } }, /an address such as/);
    refused({ ldap: { ...ldap, 'start-tls': true } }, /encrypted already/);
    refused({ ldap: { ...ldap, base: 5 } }, /base must be a text/);
    refused({ http: { set: { url: 'https://example.net/{password}' } } }, /an address stands in logs/);
    refused({ http: { set: { url: 'https://example.net/', json: {} } } }, /would not be told/);
    refused({ unix: { sudo: 'yes' } }, /true or false/);
    refused({ unix: [] }, /must be a map/);
  });
});

describe('security/reset_passwords behind an HTTP service', () => {
  let server: Server;
  let url: string;
  let test: TestContext;
  const asked: { path: string; body: JsonObject }[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer(async (request, response) => {
      const path = request.url ?? '';
      const body: JsonObject = JSON.parse((await text(request)) || '{}');
      asked.push({ path, body });
      if (path.includes('nobody')) response.statusCode = 404;
      if (path.endsWith('/password')) {
        if (path.includes('strict')) response.statusCode = 422;
        if (path.includes('broken')) response.statusCode = 500;
        // A service that quotes what it was sent.
        if (response.statusCode >= 400) response.setHeader('content-type', 'text/plain');
      }
      response.end(response.statusCode >= 400 ? `no: ${JSON.stringify(body)}` : '{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    test.remove();
    server.closeAllConnections();
    server.close();
  });
  const run = (input: Readonly<Record<string, Json>>, set: JsonObject = {}) => {
    const json = { login: '{user}', password: '{password}', mustChange: '{expire}' };
    const settings = {
      method: 'http',
      http: {
        set: { url: `${url}/users/{user}/password`, method: 'PUT', json, ...set },
        look: { url: `${url}/users/{user}`, method: 'GET' },
      },
    };
    test = testContext({ settings });
    return resetPasswords(input, test.context);
  };

  it('hands it to the service as the settings say', async () => {
    const outcome = await run({ users: ['ann', 'j/d"oe'] });
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    const [first, second] = [...test.secrets.values()];
    assert.deepEqual(asked.slice(2), [
      { path: '/users/ann/password', body: { login: 'ann', password: first, mustChange: true } },
      { path: '/users/j%2Fd%22oe/password', body: { login: 'j/d"oe', password: second, mustChange: true } },
    ]);
    for (const secret of [first, second]) assert.ok(!`${JSON.stringify(outcome)}${test.lines.join('\n')}`.includes(secret ?? ''));
  });

  it('says who was refused, and of whom nothing is known, and hides what the service quotes', async () => {
    const outcome = await run({ users: ['ann', 'strict', 'broken', 'bob'] });
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'accounts-partly', JSON.stringify(outcome));
    const { reset = [], failed = [] } = outcome.outputs as { reset?: JsonObject[]; failed?: JsonObject[] };
    assert.deepEqual(
      [reset.map(({ user }) => user), failed.map(({ user, state }) => [user, state])],
      [
        ['ann', 'bob'],
        [
          ['strict', 'unchanged'],
          ['broken', 'unknown'],
        ],
      ],
    );
    for (const secret of test.secrets.values()) assert.ok(!`${JSON.stringify(outcome)}${test.lines.join('\n')}`.includes(secret));
  });

  it('asks for everybody before it changes anybody', async () => {
    const outcome = await run({ users: ['ann', 'nobody', 'admin'] });
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'accounts-refused');
    assert.match(outcome.error.message, /^2 of 3 .*nobody: there is no such account/);
    assert.ok(asked.every(({ path }) => !path.endsWith('/password')));
  });

  it('refuses to pretend that a password expires', async () => {
    const outcome = await run({ users: ['ann'] }, { json: { password: '{password}' } });
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'security-settings' && /expire: false/.test(outcome.error.message));
    assert.equal(asked.length, 0);
  });

  it('stops between two accounts when it is cancelled, and says who is done', async () => {
    const settings = { method: 'http', http: { set: { url: `${url}/users/{user}/password`, json: { p: '{password}', e: '{expire}' } } } };
    test = testContext({
      settings,
      heard: (line) => {
        if (line.startsWith('ann:')) test.abort();
      },
    });
    const outcome = await resetPasswords({ users: ['ann', 'bob'] }, test.context);
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'step-cancelled', JSON.stringify(outcome));
    assert.equal(outcome.outputs?.reset_count, 1);
    assert.deepEqual([...test.secrets.keys()], ['reset_ann']);
  });
});
