import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProblemError } from '../../../runbook/core/errors.ts';
import { readIndicator } from '../indicators/indicator.ts';
import { FeedCache } from './cache.ts';
import { timeOf } from './entry.ts';
import { FeedIndex } from './index-of.ts';
import { type FeedText, parseFeed } from './parse.ts';

const now = Date.parse('2026-03-01T00:00:00Z');
const parse = (text: string, more: Partial<FeedText> = {}) => parseFeed({ name: 'some feed', bytes: Buffer.from(text), now, ...more });
const ask = (index: FeedIndex, text: string) => {
  const indicator = readIndicator(text);
  assert.ok(indicator);
  return index.lookup(indicator).map(({ value }) => value);
};
const only = (index: FeedIndex) => [...index.values()][0];
const whyNot = async (text: string, more: Partial<FeedText> = {}) => {
  const error = await parse(text, more).catch((error: unknown) => error);
  assert.ok(error instanceof ProblemError, 'it was taken');
  assert.equal(error.problem.code, 'intel-feed-wrong');
  assert.match(error.message, /some feed/);
  return error.message;
};

describe('feeds', () => {
  it('reads a plain list with comments, networks and lines of a hosts file', async () => {
    const index = await parse(
      '\ufeff# bad ones\r\n198.51.100.7\r\n203.0.113.0/24 ; SBL1\n0.0.0.0 evil.example also.example # both\n127.0.0.1 localhost\n\n',
    );
    assert.equal(index.size, 4);
    assert.deepEqual(ask(index, 'also.example'), ['also.example']);
    assert.deepEqual(ask(index, '203.0.113.9'), ['203.0.113.0/24']);
  });

  it('reads a table by the usual names of its columns', async () => {
    const index = await parse(
      '# a comment, with "quotes"\nfirst_seen;ioc_value;threat;confidence_level;reference\n2026-01-02 03:04:05;198.51.100.7:443;botnet|c2;75;https://feed.example/1\n;not one;;;\n',
    );
    assert.deepEqual(only(index), {
      type: 'ip',
      value: '198.51.100.7',
      confidence: 75,
      firstSeen: '2026-01-02T03:04:05.000Z',
      tags: ['botnet', 'c2'],
      reference: 'https://feed.example/1',
    });
  });

  it('finds the column by itself, or takes the one it is told', async () => {
    const found = await parse('1,"2026-01-01","http://evil.example/a,b",online\n2,"2026-01-01","http://evil.example/c",online\n');
    assert.deepEqual(ask(found, 'http://evil.example/a,b'), ['http://evil.example/a,b']);
    const told = await parse('victim,attacker\n192.0.2.1,198.51.100.7\n', { format: 'csv', columns: { indicator: 'Attacker' } });
    assert.deepEqual(
      [...told.values()].map(({ value }) => value),
      ['198.51.100.7'],
    );
    assert.match(
      await whyNot('victim,attacker\n192.0.2.1,198.51.100.7\n', { columns: { indicator: 'nobody' } }),
      /no column nobody.*victim, attacker/,
    );
  });

  it('reads STIX patterns, without what is revoked, harmless or past its day', async () => {
    const indicator = (pattern: string, more = {}) => ({
      type: 'indicator',
      id: 'indicator--1',
      pattern,
      pattern_type: 'stix',
      valid_from: '2026-01-01T00:00:00Z',
      modified: '2026-02-01T00:00:00Z',
      ...more,
    });
    const objects = [
      { type: 'ipv4-addr', value: '192.0.2.99' },
      indicator("[ipv4-addr:value='198.51.100.7' OR domain-name:value = 'evil.example']", { confidence: 80, labels: ['c2'] }),
      indicator("[file:hashes.'SHA-256' = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855' AND file:name = 'x']"),
      indicator("[ipv4-addr:value ISSUBSET '203.0.113.0/24']"),
      indicator("[url:value IN ('http://a.example/x', 'http://b.example/it\\'s')]"),
      indicator("[ipv4-addr:value = '192.0.2.1']", { revoked: true }),
      indicator("[ipv4-addr:value = '192.0.2.2']", { valid_until: '2026-02-01T00:00:00Z' }),
      indicator("[ipv4-addr:value = '192.0.2.3']", { indicator_types: ['benign'] }),
    ];
    const index = await parse(JSON.stringify({ type: 'bundle', id: 'bundle--1', objects }));
    assert.deepEqual([...index.values()].map(({ value }) => value).sort(), [
      '198.51.100.7',
      '203.0.113.0/24',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'evil.example',
      'http://a.example/x',
      "http://b.example/it's",
    ]);
    const [entry] = index.lookup({ type: 'ip', value: '198.51.100.7' });
    assert.deepEqual([entry?.confidence, entry?.firstSeen, entry?.tags], [80, '2026-01-01T00:00:00.000Z', ['c2']]);
  });

  it('reads MISP events with their objects, and weighs what is not meant for detection', async () => {
    const event = {
      Event: {
        uuid: 'e1',
        info: 'Phishing',
        date: '2026-01-05',
        threat_level_id: '2',
        Tag: [{ name: 'tlp:white' }],
        Attribute: [
          { type: 'ip-dst|port', value: '198.51.100.7|443', to_ids: true, timestamp: '1767700000' },
          { type: 'domain|ip', value: 'evil.example|198.51.100.8', to_ids: false },
          { type: 'comment', value: '192.0.2.1', to_ids: true },
          { type: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e', to_ids: true, deleted: true },
        ],
        Object: [{ Attribute: [{ type: 'filename|sha1', value: 'a.exe|da39a3ee5e6b4b0d3255bfef95601890afd80709', to_ids: true }] }],
      },
    };
    const index = await parse(JSON.stringify({ response: [event] }));
    assert.deepEqual(
      [...index.values()].map(({ value, confidence }) => [value, confidence]),
      [
        ['198.51.100.7', 80],
        ['evil.example', 24],
        ['198.51.100.8', 24],
        ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 80],
      ],
    );
    assert.deepEqual(only(index)?.tags, ['Phishing', 'tlp:white']);
    assert.equal(only(index)?.lastSeen, '2026-01-06T11:46:40.000Z');
  });

  it('says what is wrong with one that is none', async () => {
    assert.match(await whyNot('<!DOCTYPE html><html><body>198.51.100.7</body></html>'), /web page/);
    assert.match(await whyNot('{"type":"bundle","objects":[{"type'), /broken as JSON/);
    assert.match(await whyNot('PK\u0003\u0004\0\0'), /not text/);
    assert.match(await whyNot('hello\nworld\n'), /none of its 2 entries/);
    assert.match(await whyNot('{"data":[]}', { format: 'stix' }), /no STIX bundle/);
    assert.match(await whyNot('a,b\n1,2\n3,4\n'), /no column of it holds indicators/);
    assert.equal((await parse('\n')).size, 0);
  });

  it('finds what covers an indicator, and what a network covers', async () => {
    const index = await parse('198.51.100.0/24\n198.51.0.0/16\n198.51.100.7\n2001:db8::/32\nevil.example\nhttp://evil.example/x\n');
    assert.deepEqual(ask(index, '198.51.100.9').sort(), ['198.51.0.0/16', '198.51.100.0/24']);
    assert.deepEqual(ask(index, '198.51.100.0/25').sort(), ['198.51.0.0/16', '198.51.100.0/24', '198.51.100.7']);
    assert.deepEqual(ask(await parse('192.0.2.9\n192.0.3.1\n192.0.2.10\n2001:db8::5\n2001:db9::1\n'), '192.0.2.0/24'), [
      '192.0.2.9',
      '192.0.2.10',
    ]);
    assert.deepEqual(ask(await parse('192.0.2.9\n2001:db8::5\n2001:db9::1\n'), '2001:db8::/32'), ['2001:db8::5']);
    assert.deepEqual(ask(index, '2001:db8:1::5'), ['2001:db8::/32']);
    assert.deepEqual(ask(index, 'www.evil.example'), ['evil.example']);
    assert.deepEqual(ask(index, 'notevil.example'), []);
    assert.deepEqual(ask(index, 'http://evil.example/x').sort(), ['evil.example', 'http://evil.example/x']);
    assert.deepEqual(ask(index, 'http://198.51.100.7:8080/').sort(), ['198.51.0.0/16', '198.51.100.0/24', '198.51.100.7']);
  });

  it('joins what one feed says twice', async () => {
    const index = await parse(
      'ip,first_seen,last_seen,tags,score\n198.51.100.7,2026-01-03,2026-01-04,a,50\n198.51.100.7,2026-01-01,2026-01-02,b,90\n',
    );
    assert.deepEqual(only(index), {
      type: 'ip',
      value: '198.51.100.7',
      confidence: 90,
      firstSeen: '2026-01-01T00:00:00.000Z',
      lastSeen: '2026-01-04T00:00:00.000Z',
      tags: ['b', 'a'],
    });
  });

  it('reads the times that feeds write', () => {
    assert.equal(timeOf('2026-01-02 03:04:05 UTC'), '2026-01-02T03:04:05.000Z');
    assert.equal(timeOf('2026-01-02T03:04:05+02:00'), '2026-01-02T01:04:05.000Z');
    assert.equal(timeOf(1767700000), timeOf('1767700000'));
    for (const other of ['', 'yesterday', '7', undefined]) assert.equal(timeOf(other), undefined);
  });

  it('keeps parsed feeds within a bound, and no other state of a file', async () => {
    const cache = new FeedCache(4);
    const [a, b] = [await parse('198.51.100.1\n198.51.100.2'), await parse('198.51.100.3\n198.51.100.4\n198.51.100.5')];
    cache.keep('a', '1', a);
    assert.equal(cache.get('a', '1'), a);
    cache.keep('b', '1', b);
    assert.equal(cache.get('a', '1'), undefined);
    assert.equal(cache.get('b', '2'), undefined);
    assert.equal(cache.get('b', '1'), undefined);
  });

  it('are read or refused by name, whatever they hold', async () => {
    const pieces = [
      '198.51.100.7',
      'ip',
      ',',
      ';',
      '\n',
      '"',
      '#',
      '{',
      '}',
      '[',
      ']',
      '{"Event":{"Attribute":[{"type":"ip-src","value":"',
      '"}]}}',
      '{"type":"bundle","objects":[',
      "[ipv4-addr:value='",
      ' ',
      '\t',
      'é',
      '<',
      '\\',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join('')),
    );
    const bytes = fc.oneof(
      text.map((one) => Buffer.from(one)),
      fc.uint8Array({ maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom(undefined, 'csv' as const, 'stix' as const, 'misp' as const, 'list' as const),
        async (given, format) => {
          const read = await parseFeed({ name: 'some feed', bytes: given, now, ...(format && { format }) }).catch(
            (error: unknown) => error,
          );
          assert.ok(read instanceof FeedIndex || (read instanceof ProblemError && read.problem.code === 'intel-feed-wrong'), String(read));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
