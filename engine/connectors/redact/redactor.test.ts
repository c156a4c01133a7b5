import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRedactor } from './redactor.ts';

/** Encoders written apart from the redactor's own. */
const encoders: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  'percent with %20': (secret) => encodeURIComponent(secret),
  'percent in lower case': (secret) => encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
  'percent with +': (secret) => new URLSearchParams({ '': secret }).toString().slice(1),
  json: (secret) => JSON.stringify(secret).slice(1, -1),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'hex in upper case': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'hex in lines of 60': (secret) =>
    (
      Buffer.from(secret)
        .toString('hex')
        .match(/.{1,60}/g) ?? []
    ).join('\n'),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'base64 in lines of 76': (secret) =>
    (
      Buffer.from(secret)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\r\n'),
};

/** A star in a secret could be made by the replacement itself. */
const secretText = fc
  .oneof(fc.string({ minLength: 6, maxLength: 80, unit: 'binary' }), fc.string({ minLength: 6, maxLength: 200 }))
  .filter((text) => !text.includes('*') && text.trim().length >= 6);
const around = fc.string({ unit: 'binary', maxLength: 30 });

/** Pushes `bytes` in pieces of the given sizes. */
function inPieces(secrets: string[], bytes: Uint8Array, sizes: readonly number[]): string {
  const redactor = createRedactor(secrets);
  let out = '';
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    out += redactor.push(bytes.subarray(at, at + size));
    at += size;
  }
  return out + redactor.end();
}

describe('redactor', () => {
  for (const [name, encode] of Object.entries(encoders)) {
    it(`hides a secret written as ${name}, whatever the cuts`, () => {
      fc.assert(
        fc.property(
          secretText,
          around,
          around,
          fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
          (secret, before, after, sizes) => {
            const form = encode(secret);
            const bytes = Buffer.from(before + form + after);
            const out = inPieces([secret], bytes, sizes);
            assert.ok(!out.includes(form), JSON.stringify(out));
            assert.ok(out.includes('***'));
            assert.equal(out, createRedactor([secret]).text(bytes.toString()));
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it('hides a secret inside a longer base64 text at every alignment', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 7 }),
        fc.string({ minLength: 12, maxLength: 30 }),
        fc.uint8Array({ maxLength: 7 }),
        (before, secret, after) => {
          const encoded = Buffer.concat([before, Buffer.from(secret), after]).toString('base64');
          const left = createRedactor([secret]).text(encoded).split('***');
          assert.equal(left.length, 2);
          // Only characters that the neighbours have a part in are left.
          assert.ok((left[0] ?? '').length <= Math.ceil((before.length * 8) / 6));
        },
      ),
    );
  });

  it('hides what the parser of URLs makes of a secret', () => {
    const secret = 'hOst-9f3e/p|w"x^y?MoreOfIt\'z#TheEnd';
    const { text } = createRedactor([secret]);
    const url = new URL(`http://${secret}`);
    const inside = new URL(`http://h/${secret}`);
    const shown = [url.host, url.href, inside.pathname, inside.search, inside.hash, new URL(`http://h/?k=${secret}`).search].map(text);
    for (const one of shown) assert.doesNotMatch(one, /host-9f3e|hOst-9f3e|MoreOfIt|TheEnd/);
  });

  it('leaves text without secrets as it is, whatever the cuts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom('\u0001', '\u0002', '\u0003') }), { maxLength: 3 }),
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 1, max: 5 }),
        (secrets, text, size) => {
          fc.pre(!['\u0001', '\u0002', '\u0003'].some((char) => text.includes(char)));
          assert.equal(inPieces(secrets, Buffer.from(text), [size]), text);
        },
      ),
    );
    assert.equal(createRedactor(['secret']).text('a lone \ud800 half'), 'a lone \ud800 half');
  });

  it('hides several secrets that overlap as one', () => {
    const redactor = createRedactor(['abcdef', 'defghi', 'ghijkl']);
    assert.equal(redactor.text('<abcdefghijkl>'), '<***>');
    assert.equal(redactor.text('abcabcabcdef'), 'abcabc***');
    assert.equal(createRedactor(['abcabc']).text('abcabcabc!'), '***!');
  });

  it('hides each line of a secret of several lines, and the whole', () => {
    const key = '-----BEGIN KEY-----\nMIIEabc\r\nxyzw1234\n-----END KEY-----\n';
    const redactor = createRedactor([key]);
    assert.equal(redactor.text('x MIIEabc y'), 'x *** y');
    assert.equal(redactor.text(`[${Buffer.from('xyzw1234').toString('base64')}]`), '[***]');
    assert.equal(redactor.text(`[${key.trimEnd()}]`), '[***]');
  });

  it('lets text go on at once unless it may become a secret', () => {
    const redactor = createRedactor(['hunter2!']);
    assert.equal(redactor.push('Password? '), 'Password? ');
    assert.equal(redactor.push('it is hun'), 'it is ');
    assert.equal(redactor.push('g'), 'hung');
    assert.equal(redactor.push('hunter2'), '');
    assert.equal(redactor.push('!'), '***');
    assert.equal(redactor.push('hunter'), '');
    assert.equal(redactor.end(), 'hunter');
  });

  it('keeps little, however long the stream of one secret after another', () => {
    const redactor = createRedactor(['aaaaaaaa']);
    let shown = '';
    for (let turn = 0; turn < 1000; turn++) shown += redactor.push('a'.repeat(1000));
    assert.equal(shown + redactor.end(), '***');
  });

  it('takes a secret learned in the middle of a stream', () => {
    const redactor = createRedactor(['first-one']);
    let out = redactor.push('first-one second-one fir');
    redactor.add('first-aid');
    redactor.add('second-one');
    out += redactor.push('st-aid second-one\n') + redactor.end();
    assert.equal(out, '*** second-one *** ***\n');
  });

  it('joins a character that was cut, in bytes and in strings', () => {
    const redactor = createRedactor(['päss😀wörd']);
    assert.equal(
      redactor.push('päss\ud83d') + redactor.push('\ude00wörd 😀'.slice(0, -1)) + redactor.push('\ude00') + redactor.end(),
      '*** 😀',
    );
  });

  it('survives bytes that are no text', () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256));
    assert.ok(inPieces(['secret'], Buffer.concat([bytes, Buffer.from('secret'), bytes]), [3]).includes('***'));
  });

  it('hides texts, keys and numbers in data', () => {
    assert.deepEqual(
      createRedactor(['123456', 'token-1']).json({ 'token-1': [1234567, 12, true, null, { a: 'x token-1' }], __proto__x: 'y' }),
      { '***': ['***', 12, true, null, { a: 'x ***' }], __proto__x: 'y' },
    );
  });

  it('takes time in proportion to the text, however nearly it matches', () => {
    const secret = `${'a'.repeat(2000)}b`;
    const redactor = createRedactor([secret]);
    const text = 'a'.repeat(2_000_000);
    assert.equal(redactor.push(text) + redactor.end(), text);
  });

  it('does nothing without secrets', () => {
    const redactor = createRedactor(['']);
    assert.equal(redactor.push('anything') + redactor.end(), 'anything');
  });
});
