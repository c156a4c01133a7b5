import assert from 'node:assert/strict';
import { Masker } from './mask.ts';

// Made at run time, so that no scanner takes a test for a leak.
const token = `ghp_${'a1B2'.repeat(9)}`;
const jwt = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`;
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${'QUJD\n'.repeat(4)}-----END RSA PRIVATE KEY-----`;

describe('hiding what looks like a secret', () => {
  const hidden: readonly [string, string, string][] = [
    [`git clone https://x@host # ${token}`, 'git clone https://x@host # ***', 'token'],
    [`auth: ${jwt}`, 'auth: ***', 'token'],
    [`key: |\n${pem}\nnext: 1`, 'key: |\n***\nnext: 1', 'private key'],
    ['-----BEGIN PRIVATE KEY-----\nabc', '***', 'private key'],
    ['password: hunter2!', 'password: ***', 'password'],
    ['DB_PASSWORD="two words"', 'DB_PASSWORD="***"', 'password'],
    ["export API_KEY='abc def'", "export API_KEY='***'", 'password'],
    ['mysql --password=hunter2 db', 'mysql --password=*** db', 'password'],
    ['postgres://ops:s3cret@db/x', 'postgres://ops:***@db/x', 'password in a URL'],
    ['curl -H "Authorization: Bearer abcdefgh12345678"', 'curl -H "Authorization: Bearer ***"', 'authorization header'],
    [`AKIA${'ABCDEFGH12345678'}`, '***', 'access key'],
    [`{"api_key": "zzzz"}`, `{"api_key": "***"}`, 'password'],
  ];
  for (const [text, expected, what] of hidden) {
    it(`hides ${JSON.stringify(text.slice(0, 40))}`, () => {
      const masker = new Masker();
      assert.equal(masker.text(text), expected);
      assert.equal(masker.redactions[0]?.what, what);
    });
  }

  for (const text of [
    'password: ${{ secrets.DB }}',
    'PASSWORD=$DB_PASSWORD',
    'echo "the password is set"',
    'uses: http/request',
    'token: ***edge***',
    'secrets: [edge_key]',
    'run: ls -l /etc/passwd',
    'sha256:deadbeef',
  ]) {
    it(`leaves ${JSON.stringify(text)} alone`, () => {
      const masker = new Masker();
      assert.equal(masker.text(text), text);
      assert.deepEqual(masker.redactions, []);
    });
  }

  it('hides the value of a field whose name says what it is, and counts', () => {
    const masker = new Masker();
    assert.deepEqual(
      masker.json({ env: { DB_PASSWORD: 'a b', TOKEN: '${{ secrets.T }}' }, with: { headers: { Authorization: 'xyz' } }, n: 1 }),
      { env: { DB_PASSWORD: '***', TOKEN: '${{ secrets.T }}' }, with: { headers: { Authorization: '***' } }, n: 1 },
    );
    assert.deepEqual(masker.redactions, [{ what: 'password', count: 2 }]);
  });

  it('takes time in proportion to the text, whatever it is', () => {
    for (const text of [
      'password'.repeat(40_000),
      'a'.repeat(300_000),
      'a.'.repeat(150_000),
      '://'.repeat(100_000),
      '-----BEGIN '.repeat(30_000),
      'eyJ'.repeat(100_000),
      'http://a:'.repeat(30_000),
    ]) {
      const started = performance.now();
      new Masker().text(text);
      assert.ok(performance.now() - started < 5000, text.slice(0, 20));
    }
  });
});
