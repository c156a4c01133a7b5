import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { fingerprintOf, judge, knownKeys, typeOf } from './known-hosts.ts';
import { matchesPattern } from './pattern.ts';

/** A public key of some type, as it goes over the wire. */
const keyOf = (type: string, content: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(content)]);
};
const one = keyOf('ssh-ed25519', 'one');
const two = keyOf('ssh-ed25519', 'two');
const rsa = keyOf('ssh-rsa', 'rsa');
const line = (hosts: string, key: Buffer) => `${hosts} ${typeOf(key)} ${key.toString('base64')}`;

describe('known hosts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-known-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const found = (text: string, host: string, port = 22) => {
    const file = join(folder, 'known_hosts');
    writeFileSync(file, text);
    return knownKeys([file, join(folder, 'absent')], host, port);
  };
  const hashed = (name: string, salt: string) =>
    `|1|${Buffer.from(salt).toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

  it('finds plain, pattern and hashed entries, each with its port', () => {
    assert.equal(found(line('edge,10.0.0.1', one), 'Edge').length, 1);
    assert.equal(found(line('*.example.net,!bad.example.net', one), 'a.example.net').length, 1);
    assert.equal(found(line('*.example.net,!bad.example.net', one), 'bad.example.net').length, 0);
    assert.equal(found(line('edge', one), 'edge', 2222).length, 0);
    assert.equal(found(line('[edge]:2222', one), 'edge', 2222).length, 1);
    assert.equal(found(line('[edge]:2222', one), 'edge').length, 0);
    assert.equal(found(line(hashed('edge', 'salt-of-twenty-bytes'), one), 'edge').length, 1);
    assert.equal(found(line(hashed('[edge]:2222', 'x'), one), 'edge', 2222).length, 1);
    assert.equal(found(line(hashed('edge', 'x'), one), 'other').length, 0);
  });

  it('is not led astray by lines that are none', () => {
    const text = [
      '',
      '# edge',
      'edge',
      'edge ssh-rsa',
      '|1|x edge',
      '|2|a|b ssh-rsa AAAA',
      '@cert-authority * ssh-rsa AAAA',
      '\t',
      'edge ssh-rsa !!!',
    ].join('\r\n');
    const known = found(`${text}\n${line('edge', one)} comment`, 'edge');
    assert.deepEqual(known.at(-1), { type: 'ssh-ed25519', key: one, revoked: false, place: `${join(folder, 'known_hosts')}:10` });
    assert.ok(known.every(({ key }) => key.length === 0 || key.equals(one)));
  });

  it('knows, refuses what changed, and refuses what is revoked above all', () => {
    const known = found([line('edge', one), line('edge', rsa), `@revoked ${line('*', two)}`].join('\n'), 'edge');
    assert.deepEqual(judge(one, known), { kind: 'known' });
    assert.equal(judge(two, known).kind, 'revoked');
    const changed = judge(keyOf('ssh-rsa', 'other'), known);
    assert.ok(changed.kind === 'changed' && changed.known.key.equals(rsa));
    assert.deepEqual(judge(one, []), { kind: 'unknown' });
    // A revoked key of another host is no key of this one.
    assert.deepEqual(judge(one, found(`@revoked ${line('edge', two)}`, 'edge')), { kind: 'unknown' });
  });

  it('gives fingerprints as ssh-keygen does, and types of what is a key', () => {
    assert.match(fingerprintOf(one), /^SHA256:[A-Za-z0-9+/]{43}$/);
    for (const bytes of [Buffer.alloc(0), Buffer.from([0, 0, 0, 9, 1]), Buffer.from([255, 255, 255, 255, 1])])
      assert.equal(typeOf(bytes), '');
  });

  it('matches patterns as a regular expression would, and never for long', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, pattern, (text, pattern) => {
        const wanted = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
        assert.equal(matchesPattern(text, pattern), wanted.test(text));
      }),
    );
    assert.equal(matchesPattern('a'.repeat(50_000), `${'*a'.repeat(50)}b`), false);
  });
});
