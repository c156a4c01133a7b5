import assert from 'node:assert/strict';
import { hostOf, readIndicator, withParents } from './indicator.ts';

const read = (text: string) => {
  const indicator = readIndicator(text);
  return indicator && `${indicator.type} ${indicator.value}`;
};

describe('indicators', () => {
  const known: Readonly<Record<string, string>> = {
    '198.51.100.7': 'ip 198.51.100.7',
    '198.51.100.7:8443': 'ip 198.51.100.7',
    '198.51.100.7/32': 'ip 198.51.100.7',
    '198.51.100.77/24': 'cidr 198.51.100.0/24',
    '203.0.113.200/27': 'cidr 203.0.113.192/27',
    '2001:DB8:0:0:0::1': 'ip 2001:db8::1',
    '[2001:db8::1]': 'ip 2001:db8::1',
    '2001:db8:ffff::1/33': 'cidr 2001:db8:8000::/33',
    '::ffff:198.51.100.7': 'ip 198.51.100.7',
    '198[.]51[.]100[.]7': 'ip 198.51.100.7',
    'Evil.Example.': 'domain evil.example',
    '*.evil.example': 'domain evil.example',
    'evil[dot]example': 'domain evil.example',
    'bücher.example': 'domain xn--bcher-kva.example',
    'hxxps[:]//Evil[.]example/A?b=C#d': 'url https://evil.example/A?b=C',
    'http://user:secret@evil.example:80': 'url http://evil.example/',
    D41D8CD98F00B204E9800998ECF8427E: 'hash d41d8cd98f00b204e9800998ecf8427e',
  };
  for (const [written, indicator] of Object.entries(known))
    it(`reads ${written} as ${indicator}`, () => assert.equal(read(written), indicator));

  for (const other of [
    '',
    'evil',
    '1.2.3',
    '1.2.3.4.5',
    '300.1.2.3',
    '1.2.3.4/33',
    'a b.example',
    'x.1',
    '12:30:45',
    'file.',
    '-a.example',
    'a/b.example',
    `${'a'.repeat(9000)}.example`,
  ])
    it(`does not take ${JSON.stringify(other.slice(0, 20))} for one`, () => assert.equal(read(other), undefined));

  it('knows the host of a URL and the names above a domain', () => {
    assert.deepEqual(hostOf('http://[2001:db8::1]/x'), { type: 'ip', value: '2001:db8::1' });
    assert.deepEqual(withParents('a.b.evil.example'), ['a.b.evil.example', 'b.evil.example', 'evil.example']);
  });
});
