import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { nameOf, resolveTarget } from './target.ts';

describe('an ssh target', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'runwright-target-'));
    mkdirSync(join(home, '.ssh'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const config = (text: string) => writeFileSync(join(home, '.ssh/config'), text);
  const hops = (connection: Readonly<Record<string, Json>>, environment: Readonly<Record<string, string>> = {}) =>
    resolveTarget('edge', connection, { HOME: home, USER: 'me', ...environment }).hops;
  const names = (connection: Readonly<Record<string, Json>>) => hops(connection).map(nameOf);
  const why = (connection: Readonly<Record<string, Json>>) => {
    try {
      hops(connection);
      return 'accepted';
    } catch (error) {
      return error instanceof ProblemError ? error.problem.message : String(error);
    }
  };

  it('is itself, after the hosts on the way to it', () => {
    assert.deepEqual(names({ host: 'edge' }), ['me@edge']);
    assert.deepEqual(names({ host: 'fe80::1', user: 'ops', port: '2222' }), ['ops@[fe80::1]:2222']);
    assert.deepEqual(names({ host: 'edge', jump: 'a@one:22,two:2200, ssh://b@[::1]:22' }), ['a@one', 'me@two:2200', 'b@[::1]', 'me@edge']);
    assert.deepEqual(names({ host: 'edge', jump: { host: 'two', user: 'x', jump: 'one' } }), ['me@one', 'x@two', 'me@edge']);
  });

  it('hands a key or an agent on to a jump host that is only named, and never a password', () => {
    const [jump] = hops({ host: 'edge', key: '/k', jump: 'one' });
    assert.deepEqual(jump.credentials, { kind: 'key-file', path: '/k' });
    const [other] = hops({ host: 'edge', password: 'secret', jump: 'one' });
    assert.equal(other.credentials.kind, 'usual');
    const [own] = hops({ host: 'edge', key: '/k', jump: { host: 'one' } });
    assert.equal(own.credentials.kind, 'usual');
  });

  it('takes from ~/.ssh/config what it does not say itself; there the first value counts', () => {
    config(
      'Host edge e*\n HostName %h.example.net\n Port 2200\nHost *\n User ops\n Port 1\n IdentityFile ~/.ssh/%r\n IdentityFile "a b"\n',
    );
    const [edge] = hops({ host: 'edge' });
    assert.equal(nameOf(edge), 'ops@edge.example.net:2200');
    assert.deepEqual(edge.credentials, { kind: 'usual', paths: [join(home, '.ssh/ops'), 'a b'] });
    assert.deepEqual(names({ host: 'edge', user: 'me', port: 22 }), ['me@edge.example.net']);
    assert.deepEqual(names({ host: 'other' }), ['ops@other:1']);
  });

  it('follows ProxyJump, through aliases, and not round in a circle', () => {
    config('Host a\n ProxyJump b\nHost b\n HostName bastion\nHost none\n ProxyJump none\nHost x\n ProxyJump y\nHost y\n ProxyJump x\n');
    assert.deepEqual(names({ host: 'a' }), ['me@bastion', 'me@a']);
    assert.deepEqual(names({ host: 'none' }), ['me@none']);
    assert.deepEqual(names({ host: 'a', jump: false }), ['me@a']);
    assert.match(why({ host: 'x' }), /more than 8 hosts/);
  });

  it('takes nothing from blocks that are for others, and runs nothing to find out', () => {
    config(
      `Match exec "touch ${join(home, 'ran')}"\n User evil\nHost !edge *\n User evil\nHost\n User evil\nMatch all\n User good\nInclude nowhere/*\nInclude config\n`,
    );
    assert.deepEqual(names({ host: 'edge' }), ['good@edge']);
  });

  it('uses the agent of the environment it was started from', () => {
    const [edge] = hops({ host: 'edge', agent: true }, { SSH_AUTH_SOCK: '/run/agent' });
    assert.deepEqual(edge.credentials, { kind: 'agent', socket: '/run/agent' });
    assert.match(why({ host: 'edge', agent: true }), /SSH_AUTH_SOCK/);
  });

  it('shares a connection only with what is the same in every way, and its key tells nothing', () => {
    const keyFor = (connection: Readonly<Record<string, Json>>) => resolveTarget('edge', connection, { HOME: home, USER: 'me' }).key;
    assert.equal(keyFor({ host: 'edge', password: 'one-secret' }), keyFor({ host: 'edge', password: 'one-secret' }));
    assert.notEqual(keyFor({ host: 'edge', password: 'one-secret' }), keyFor({ host: 'edge', password: 'two-secret' }));
    assert.notEqual(keyFor({ host: 'edge' }), keyFor({ host: 'edge', fingerprint: `SHA256:${'A'.repeat(43)}` }));
    assert.match(keyFor({ host: 'edge', password: 'one-secret' }), /^[0-9a-f]{64}$/);
  });

  it('names what is wrong, and no value of a secret', () => {
    assert.match(why({}), /`host` is missing/);
    assert.match(why({ host: 'edge', key: 'relative' }), /begins with \//);
    assert.match(why({ host: 'edge', key: '/k', password: 'canary' }), /^(?!.*canary).*exclude each other/);
    assert.match(why({ host: 'edge', fingerprint: 'MD5:00' }), /ssh-keygen -l/);
    assert.match(why({ host: 'edge', port: 70_000 }), /65535/);
  });
});
