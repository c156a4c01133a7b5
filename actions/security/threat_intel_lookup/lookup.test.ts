import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../runbook/core/json.ts';
import { type TestContext, type TestContextOptions, testContext } from '../../testing/context.ts';
import { threatIntelLookup } from './lookup.ts';
import { isInternal } from './services/ask.ts';

describe('security/threat_intel_lookup', () => {
  const made: TestContext[] = [];
  /** `feeds`: files of `.runwright/feeds/`. */
  const make = (feeds: Readonly<Record<string, string>>, options: TestContextOptions = {}) => {
    const test = testContext(options);
    made.push(test);
    const folder = join(test.context.workspace, 'feeds');
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(feeds)) writeFileSync(join(folder, name), text);
    return test;
  };
  const outputs = async (input: Record<string, Json>, { context }: TestContext) => {
    const outcome = await threatIntelLookup(input, context);
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    return outcome.outputs;
  };
  const problemOf = async (input: Record<string, Json>, { context }: TestContext) => {
    const outcome = await threatIntelLookup(input, context);
    assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
    return outcome.error;
  };
  afterEach(() => {
    for (const test of made.splice(0)) test.remove();
  });

  it('weighs what several feeds say, and names each', async () => {
    const test = make({
      'a.txt': '198.51.100.0/24\n198.51.100.7\n',
      'b.csv': 'ip,score,tags,first_seen\n198.51.100.7,50,scanner,2026-01-02\n',
    });
    const found = await outputs({ indicator: '198[.]51.100.7' }, test);
    // 1 − (1 − 0.7) × (1 − 0.35): a feed that lists the address and its network says one thing.
    assert.deepEqual(
      [found.known, found.score, found.type, found.first_seen, found.last_seen],
      [true, 81, 'ip', '2026-01-02T00:00:00.000Z', null],
    );
    assert.deepEqual(
      Object(found.sources).map(({ name, indicator, score }: Record<string, Json>) => [name, indicator, score]),
      [
        ['a', '198.51.100.7', 70],
        ['a', '198.51.100.0/24', 70],
        ['b', '198.51.100.7', 35],
      ],
    );
    assert.deepEqual(found.errors, []);
  });

  it('says of several which are known', async () => {
    const found = await outputs({ indicators: ['192.0.2.1', 'www.evil.example', '192.0.2.1'] }, make({ 'a.txt': 'evil.example\n' }));
    assert.deepEqual(
      Object(found.results).map(({ indicator, known, score, sources }: Record<string, Json>) => [indicator, known, score, sources]),
      [
        ['www.evil.example', true, 70, ['a']],
        ['192.0.2.1', false, 0, []],
      ],
    );
  });

  it('knows nothing of none', async () => {
    const found = await outputs({ indicators: [] }, make({ 'a.txt': 'evil.example' }));
    assert.deepEqual([found.known, found.score, found.results], [false, 0, []]);
  });

  it('answers from the others when a feed is a web page, and fails when none can', async () => {
    const page = '<html><title>Sign in</title></html>';
    const found = await outputs({ indicator: '198.51.100.7' }, make({ 'a.txt': '198.51.100.7', 'b.csv': page }));
    assert.equal(found.known, true);
    const [error] = Object(found.errors);
    assert.deepEqual([error.source, error.code], ['b', 'intel-feed-wrong']);
    const alone = await problemOf({ indicator: '198.51.100.7' }, make({ 'b.csv': page }));
    assert.match(alone.message, /The feed b cannot be used: it is a web page/);
  });

  it('does not wait for a pipe among the feeds', async () => {
    const test = make({ 'a.txt': '198.51.100.7' });
    execFileSync('mkfifo', [join(test.context.workspace, 'feeds', 'b.csv')]);
    const found = await outputs({ indicator: '198.51.100.7' }, test);
    assert.deepEqual([found.known, Object(found.errors)[0].code], [true, 'intel-feed-missing']);
    assert.match(Object(found.errors)[0].message, /not a plain file/);
  });

  it('sees that a feed file has changed', async () => {
    const test = make({ 'a.txt': '192.0.2.1\n' });
    assert.equal((await outputs({ indicator: '198.51.100.7' }, test)).known, false);
    writeFileSync(join(test.context.workspace, 'feeds', 'a.txt'), '192.0.2.1\n198.51.100.7\n');
    assert.equal((await outputs({ indicator: '198.51.100.7' }, test)).known, true);
  });

  it('takes a feed by its settings, once', async () => {
    const settings = { feeds: [{ name: 'ours', path: '.runwright/feeds/a.csv', column: 'attacker', trust: 100 }] };
    const test = make({ 'a.csv': 'victim,attacker\n192.0.2.1,198.51.100.7\n', 'b.txt': '198.51.100.7' }, { settings });
    const found = await outputs({ indicator: '198.51.100.7', sources: ['ours'] }, test);
    assert.equal(found.score, 100);
    assert.deepEqual(Object(found.results)[0].sources, ['ours']);
    assert.match((await problemOf({ indicator: '198.51.100.7', sources: ['a'] }, test)).remedy, /ours, b/);
  });

  it('says how to get intelligence where there is none, and what is wrong with settings', async () => {
    const none = await problemOf({ indicator: '198.51.100.7' }, make({}));
    assert.equal(none.code, 'intel-none');
    assert.match(none.remedy, /\.runwright\/feeds/);
    const wrong: [Json, RegExp][] = [
      [{ feeds: 'x' }, /feeds is not a list/],
      [{ feeds: [{ name: 'x' }] }, /feed 1 needs either path or url/],
      [{ feeds: [{ path: 'x', trust: 200 }] }, /trust is a number from 0 to 100/],
      [{ feeds: ['a/x.csv', 'b/x.csv'] }, /same name/],
      [{ services: { shodan: { key: 'k' } } }, /services has shodan; known are abuseipdb/],
      [{ services: { otx: { key: '' } } }, /otx needs its key/],
    ];
    for (const [settings, why] of wrong)
      assert.match((await problemOf({ indicator: '198.51.100.7' }, make({}, { settings }))).message, why);
    assert.equal((await problemOf({ indicator: 'nothing' }, make({ 'a.txt': '192.0.2.1' }))).code, 'indicator-wrong');
  });

  it('stops when it is cancelled', async () => {
    const test = make({ 'a.txt': '192.0.2.1' });
    test.abort();
    assert.equal((await threatIntelLookup({ indicator: '192.0.2.1' }, test.context)).kind, 'cancelled');
  });

  it('knows what is nobody else’s business', () => {
    for (const value of ['10.1.2.3', 'fd00::1', '127.0.0.1']) assert.ok(isInternal({ type: 'ip', value }), value);
    assert.ok(isInternal({ type: 'url', value: 'http://192.168.1.1/x' }));
    assert.ok(isInternal({ type: 'domain', value: 'files.corp' }));
    for (const value of ['198.51.100.7', '2001:db8::1']) assert.ok(!isInternal({ type: 'ip', value }), value);
  });
});
