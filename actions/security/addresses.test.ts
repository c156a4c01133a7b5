import assert from 'node:assert/strict';
import { covered, maskOf, type Network, overlap, readNetwork, widest } from './addresses.ts';

const network = (text: string): Network => {
  const read = readNetwork(text);
  assert.ok(typeof read !== 'string', `${text}: ${String(read)}`);
  return read;
};

describe('addresses', () => {
  const forms = [
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7/32 ', '203.0.113.7'],
    ['203.0.113.77/24', '203.0.113.0/24'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    ['2001:db8::ff/64', '2001:db8::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7/120', '203.0.113.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
  ] as const;
  for (const [given, text] of forms) it(`${given} is ${text}`, () => assert.equal(network(given).text, text));

  for (const given of [
    '',
    '127.1',
    '0x7f.0.0.1',
    '010.0.0.1',
    '1.2.3.4.5',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/024',
    '1.2.3.4/24/1',
    '::1/129',
    'fe80::1%eth0',
    'host',
    '::ffff:1.2.3.4/90',
    '1.2.3.4 # x',
    '1.2.3.4\n5.6.7.8',
  ])
    it(`${JSON.stringify(given)} is none`, () => assert.equal(typeof readNetwork(given), 'string'));

  it('knows what overlaps and what is covered', () => {
    assert.ok(overlap(network('10.0.0.0/8'), network('10.1.2.3')));
    assert.ok(!overlap(network('10.0.0.0/8'), network('11.0.0.0')));
    assert.ok(!overlap(network('0.0.0.0/0'), network('::1')));
    assert.ok(covered(network('203.0.113.0/24'), [network('203.0.113.128/25'), network('203.0.113.0/25')]));
    assert.ok(!covered(network('203.0.113.0/24'), [network('203.0.113.128/25'), network('203.0.113.0/26')]));
    assert.ok(covered(network('::/0'), [network('::/0')]));
    assert.ok(!covered(network('203.0.113.7'), []));
  });

  it('leaves out what a wider one holds', () => {
    const given = ['2001:db8::1', '10.0.0.1', '10.0.0.0/8', '9.0.0.0/8', '10.0.0.0/16', '11.0.0.0'].map(network);
    assert.deepEqual(
      widest(given).map(({ text }) => text),
      ['9.0.0.0/8', '10.0.0.0/8', '11.0.0.0', '2001:db8::1'],
    );
  });

  it('writes masks', () => {
    assert.equal(maskOf(network('10.0.0.0/12')), '255.240.0.0');
    assert.equal(maskOf(network('2001:db8::/48')), 'ffff:ffff:ffff::');
    assert.equal(maskOf(network('0.0.0.0/0')), '0.0.0.0');
  });
});
