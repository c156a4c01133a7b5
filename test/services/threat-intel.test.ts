import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { threatIntelLookup } from '../../actions/security/threat_intel_lookup/lookup.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { Json } from '../../runbook/core/json.ts';

const keys = { abuseipdb: 'key-of-abuseipdb', otx: 'key-of-otx', virustotal: 'key-of-virustotal' };

/** Stands for three services of the internet, with the paths, headers and fields that they publish. Knows 198.51.100.7 and evil.example. */
function fakeServices(): { server: Server; asked: string[]; busy: Set<string> } {
  const asked: string[] = [];
  const busy = new Set<string>();
  const answer = (request: IncomingMessage): [number, Json | string] => {
    const url = new URL(request.url ?? '/', 'http://fake');
    asked.push(url.pathname + url.search);
    const service = url.pathname.split('/')[1] ?? '';
    if (busy.has(service)) return [429, { errors: [{ detail: 'Daily rate limit exceeded.', status: 429 }] }];
    if (url.pathname === '/abuse/api/v2/check') {
      if (request.headers.key !== keys.abuseipdb) return [401, { errors: [{ detail: 'Authentication failed.', status: 401 }] }];
      const ipAddress = url.searchParams.get('ipAddress');
      const bad = ipAddress === '198.51.100.7' && Number(url.searchParams.get('maxAgeInDays')) === 30;
      const data = {
        ipAddress,
        isPublic: true,
        ipVersion: 4,
        isWhitelisted: null,
        abuseConfidenceScore: bad ? 80 : 0,
        countryCode: 'ZZ',
        usageType: 'Data Center',
        isp: 'Example',
        totalReports: bad ? 12 : 0,
        lastReportedAt: bad ? '2026-02-03T04:05:06+00:00' : null,
      };
      return [200, { data }];
    }
    const otx = /^\/otx\/api\/v1\/indicators\/(IPv4|domain)\/([^/]+)\/general$/.exec(url.pathname);
    if (otx) {
      if (request.headers['x-otx-api-key'] !== keys.otx) return [403, { detail: 'Invalid API key' }];
      const pulses =
        otx[2] === '198.51.100.7' || otx[2] === 'evil.example'
          ? [{ id: 'p1', name: 'Botnet', tags: ['mirai'], created: '2025-12-01T10:00:00.000000', modified: '2026-01-15T10:00:00.000000' }]
          : [];
      return [200, { indicator: otx[2] ?? '', type: otx[1] ?? '', pulse_info: { count: pulses.length, pulses }, validation: [] }];
    }
    const object = /^\/vt\/api\/v3\/(ip_addresses|domains|urls|files)\/([^/]+)$/.exec(url.pathname);
    if (object) {
      if (request.headers['x-apikey'] !== keys.virustotal)
        return [401, { error: { code: 'WrongCredentialsError', message: 'Wrong API key' } }];
      if (object[2] !== '198.51.100.7' && object[2] !== Buffer.from('http://evil.example/x').toString('base64url'))
        return [404, { error: { code: 'NotFoundError', message: 'not found' } }];
      return [
        200,
        {
          data: {
            id: object[2] ?? '',
            type: object[1] ?? '',
            attributes: {
              last_analysis_stats: { harmless: 60, malicious: 4, suspicious: 2, undetected: 20, timeout: 0 },
              last_analysis_date: 1767700000,
              tags: ['tor'],
            },
          },
        },
      ];
    }
    if (url.pathname === '/feeds/list.txt')
      return request.headers.authorization === 'Bearer feed-token' ? [200, '198.51.100.7\n'] : [401, 'who are you'];
    if (service === 'odd') return [200, { hello: 'world' }];
    if (url.pathname === '/feeds/page') return [200, '<html>Sign in</html>'];
    return [404, 'nothing here'];
  };
  const server = createServer((request, response) => {
    const [status, body] = answer(request);
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return { server, asked, busy };
}

describe('security/threat_intel_lookup over HTTP', () => {
  let fake: ReturnType<typeof fakeServices>;
  let base: string;
  const made: TestContext[] = [];
  const services = (more: Record<string, Json> = {}): Record<string, Json> => ({
    abuseipdb: { key: keys.abuseipdb, url: `${base}/abuse/api/v2`, max_age: 30, trust: 100 },
    otx: { key: keys.otx, url: `${base}/otx/`, trust: 50 },
    virustotal: { key: keys.virustotal, url: `${base}/vt/api/v3`, trust: 100 },
    ...more,
  });
  const look = async (input: Record<string, Json>, settings: Json) => {
    const test = testContext({ settings });
    made.push(test);
    const outcome = await threatIntelLookup(input, test.context);
    return { outcome, outputs: outcome.kind === 'succeeded' ? outcome.outputs : {}, lines: test.lines };
  };
  const sources = (outputs: Readonly<Record<string, Json>>) =>
    Object(outputs.sources).map(({ name, score }: Record<string, Json>) => [name, score]);

  before(async () => {
    fake = fakeServices();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(fake.server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    fake.asked.length = 0;
    fake.busy.clear();
  });
  afterEach(() => {
    for (const test of made.splice(0)) test.remove();
  });
  after(() => {
    fake.server.closeAllConnections();
    fake.server.close();
  });

  it('asks each service in its own form and weighs the answers', async () => {
    const { outputs } = await look({ indicator: '198.51.100.7' }, { services: services() });
    assert.deepEqual(sources(outputs), [
      ['abuseipdb', 80],
      ['virustotal', 50],
      ['otx', 10],
    ]);
    // 100 × (1 − 0.2 × 0.5 × 0.9)
    assert.equal(outputs.score, 91);
    assert.equal(outputs.first_seen, '2025-12-01T10:00:00.000Z');
    assert.equal(outputs.last_seen, '2026-02-03T04:05:06.000Z');
    assert.deepEqual(outputs.errors, []);
  });

  it('asks about domains, URLs and hashes where a service knows such, and takes "not found" for an answer', async () => {
    const hash = 'd41d8cd98f00b204e9800998ecf8427e';
    const { outputs } = await look(
      { indicators: ['evil.example', 'http://evil.example/x', hash] },
      { services: services({ otx: { key: keys.otx, url: `${base}/otx` } }), feeds: [] },
    );
    assert.ok(fake.asked.includes(`/vt/api/v3/files/${hash}`));
    assert.ok(
      fake.asked.every((path) => !path.startsWith('/abuse')),
      'AbuseIPDB knows addresses alone',
    );
    assert.deepEqual(
      Object(outputs.results).map(({ indicator, known }: Record<string, Json>) => [indicator, known]),
      [
        ['http://evil.example/x', true],
        ['evil.example', true],
        [hash, false],
      ],
    );
  });

  it('tells no service what is internal, and asks no more than it may', async () => {
    await look({ indicators: ['10.1.2.3', 'files.corp', '198.51.100.7'], ask: 2 }, { services: services() });
    assert.deepEqual(fake.asked, []);
    await look(
      { indicators: ['198.51.100.7'], ask: 0 },
      { services: services(), feeds: [{ url: `${base}/feeds/list.txt`, headers: { Authorization: 'Bearer feed-token' } }] },
    );
    assert.deepEqual(fake.asked, ['/feeds/list.txt']);
  });

  it('goes on without a service that is busy, refuses the key or answers something else, and never shows a key', async () => {
    fake.busy.add('vt');
    const settings = { services: services({ otx: { key: 'wrong-key-of-otx', url: `${base}/otx` } }) };
    const { outputs, lines } = await look({ indicators: ['198.51.100.7', '198.51.100.8'] }, settings);
    assert.deepEqual(sources(outputs), [['abuseipdb', 80]]);
    assert.deepEqual(
      Object(outputs.errors)
        .map(({ source, code }: Record<string, Json>) => [source, code])
        .sort(),
      [
        ['otx', 'intel-unreachable'],
        ['virustotal', 'intel-unreachable'],
      ],
    );
    assert.equal(fake.asked.filter((path) => path.startsWith('/vt')).length, 1, 'a service that is busy is left alone');
    assert.ok(!JSON.stringify([outputs, lines]).includes('key-of'));
    const odd = await look({ indicator: '198.51.100.7' }, { services: { otx: { key: keys.otx, url: `${base}/odd` } } });
    assert.ok(odd.outcome.kind === 'failed' && odd.outcome.error.code === 'intel-answer');
    const other = await look({ indicator: '198.51.100.7' }, { services: { otx: { key: keys.otx, url: 'http://127.0.0.1:1' } } });
    assert.ok(other.outcome.kind === 'failed' && other.outcome.error.class === 'network');
  });

  it('downloads feeds, with what opens them, and says which is a web page', async () => {
    const feed = { name: 'shared list', url: `${base}/feeds/list.txt`, headers: { Authorization: 'Bearer feed-token' } };
    const { outputs } = await look({ indicator: '198.51.100.7' }, { feeds: [feed, `${base}/feeds/page`] });
    assert.deepEqual(sources(outputs), [['shared list', 70]]);
    assert.match(Object(outputs.errors)[0].message, /The feed 127\.0\.0\.1 cannot be used: it is a web page/);
    const closed = await look({ indicator: '198.51.100.7' }, { feeds: [{ ...feed, headers: { Authorization: 'Bearer other' } }] });
    assert.ok(closed.outcome.kind === 'failed' && closed.outcome.error.class === 'auth');
    assert.match(closed.outcome.error.message, /The feed shared list gave no answer: .*401/);
  });
});
