import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Json } from '../../../runbook/core/json.ts';
import { type TestContext, testContext } from '../../testing/context.ts';
import { huntSimilarAttacks } from './hunt.ts';

const auth = [
  'Mar  3 10:00:01 web1 sshd[1]: Accepted publickey for deploy from 192.0.2.5',
  'Mar  3 10:00:02 web1 sshd[2]: Failed password for root from 198.51.100.7 port 4000',
  'Mar  3 10:00:03 web1 sshd[3]: Failed password for root from 198.51.100.7 port 4001, again 198.51.100.7',
  'Mar  3 10:00:04 web1 sshd[4]: Failed password for root from 198.51.100.77 port 4002',
].join('\n');
const brute = `title: Failed SSH login
level: medium
tags: [attack.credential-access, attack.t1110.001]
detection:
  selection:
    program: sshd
    message|contains: failed password
  filter:
    message|endswith: port 4002
  condition: selection and not filter
`;

describe('security/hunt_similar_attacks', () => {
  let test: TestContext;
  beforeEach(() => {
    test = testContext();
  });
  afterEach(() => test.remove());
  const put = (name: string, content: string | Buffer) => writeFileSync(join(test.context.folder, name), content);
  const outputs = async (input: Record<string, Json>) => {
    const outcome = await huntSimilarAttacks(input, test.context);
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    return outcome.outputs;
  };
  const problemOf = async (input: Record<string, Json>) => {
    const outcome = await huntSimilarAttacks(input, test.context);
    assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
    return outcome.error;
  };

  it('finds indicators and says where', async () => {
    put('auth.log', auth);
    const found = await outputs({ files: ['auth.log'], indicator: '198.51.100.7' });
    assert.equal(found.count, 2, 'once for each line');
    assert.equal(found.truncated, false);
    const [hit, second] = Object(found.hits);
    assert.deepEqual(hit, {
      host: 'local',
      file: join(test.context.folder, 'auth.log'),
      line: 2,
      offset: auth.indexOf('Mar  3 10:00:02'),
      indicator: '198.51.100.7',
      type: 'ip',
      technique: [],
      excerpt: auth.split('\n')[1],
    });
    assert.equal(second.line, 3);
    assert.deepEqual(found.files, [{ file: hit.file, format: 'syslog', bytes: auth.length, lines: 4, hits: 2 }]);
  });

  it('applies Sigma rules, with the technique of their tags', async () => {
    put('auth.log', auth);
    put('brute.yml', brute);
    for (const rule of ['brute.yml', brute]) {
      const found = await outputs({ files: ['*.log'], rule });
      assert.deepEqual(
        Object(found.hits).map(({ line, rule, level, technique }: Record<string, Json>) => [line, rule, level, technique]),
        [
          [2, 'Failed SSH login', 'medium', ['T1110.001']],
          [3, 'Failed SSH login', 'medium', ['T1110.001']],
        ],
      );
      assert.deepEqual(found.techniques, ['T1110.001']);
      assert.deepEqual(found.matched, [{ kind: 'rule', name: 'Failed SSH login', count: 2, techniques: ['T1110.001'] }]);
    }
  });

  it('reads rules of a folder, JSON Lines and tables, and gzip', async () => {
    mkdirSync(join(test.context.folder, 'rules', 'deep'), { recursive: true });
    put('rules/deep/a.yaml', 'title: Shell\ndetection:\n  s:\n    CommandLine|contains: /bin/sh\n  condition: s\n');
    put('a.jsonl.gz', gzipSync('{"event":{"CommandLine":"x"}}\n{"event":{"commandline":"/BIN/SH -i"}}\n'));
    put('b.csv', 'User,CommandLine\nroot,"echo ""/bin/sh"", x"\nroot,ls\n');
    const found = await outputs({ files: ['a.*', 'b.csv'], rules: ['rules'] });
    assert.deepEqual(
      Object(found.hits).map(({ file, line }: Record<string, string>) => [file?.replace(/.*\//, ''), line]),
      [
        ['a.jsonl.gz', 2],
        ['b.csv', 2],
      ],
    );
    assert.deepEqual(
      Object(found.files).map(({ format }: Record<string, Json>) => format),
      ['jsonl', 'csv'],
    );
  });

  it('takes indicators of files and feeds', async () => {
    put('iocs.csv', 'domain,score\nevil.example,90\nworse.example,90\n');
    put('web.log', 'GET http://www.evil.example/ and 198.51.100.9\n');
    mkdirSync(join(test.context.workspace, 'feeds'));
    writeFileSync(join(test.context.workspace, 'feeds', 'block.txt'), '198.51.100.0/24\n');
    const found = await outputs({ files: ['web.log'], indicators_file: 'iocs.csv', feeds: ['block'] });
    assert.deepEqual(
      Object(found.hits)
        .map(({ indicator, type }: Record<string, Json>) => [indicator, type])
        .sort(),
      [
        ['198.51.100.0/24', 'cidr'],
        ['evil.example', 'domain'],
      ],
    );
    assert.equal((await problemOf({ files: ['web.log'], feeds: ['other'] })).code, 'intel-source-unknown');
  });

  it('keeps as many hits as it may and counts all', async () => {
    put('big.log', 'x 198.51.100.7 evil.example\n'.repeat(50_000));
    const found = await outputs({ files: ['big.log'], indicators: ['198.51.100.7', 'evil.example'], max_hits: 3 });
    assert.equal(found.count, 100_000);
    assert.equal(found.truncated, true);
    assert.deepEqual(
      Object(found.hits).map(({ line }: Record<string, Json>) => line),
      [1, 1, 2],
    );
    const many = await outputs({ files: ['big.log'], indicators: ['198.51.100.7', 'evil.example'], max_hits: 1000 });
    assert.ok(Buffer.byteLength(JSON.stringify(many.hits)) < 256 * 1024);
  });

  it('finds what stands in a line without an end, once, with its line', async () => {
    put('long.log', `first\n${'word '.repeat(500_000)}198.51.100.7 ${'word '.repeat(300_000)}198.51.100.7\nthird evil.example`);
    const found = await outputs({ files: ['long.log'], indicators: ['198.51.100.7', 'evil.example'] });
    assert.deepEqual(
      Object(found.hits).map(({ line, offset }: Record<string, Json>) => [line, offset]),
      [
        [2, 6],
        [3, 6 + 2_500_000 + 13 + 1_500_000 + 13],
      ],
    );
    assert.match(Object(found.hits)[0].excerpt, /^…(word )+198\.51\.100\.7 (word )+w?o?…$/);
  });

  it('goes on when a file is broken or not there, and fails when there is none', async () => {
    put('auth.log', auth);
    put('bad.gz', gzipSync(`${auth}\n`.repeat(1000)).subarray(0, 300));
    const found = await outputs({ files: ['bad.gz', 'none.log', 'auth.log'], indicator: '198.51.100.7' });
    assert.deepEqual(
      Object(found.errors).map(({ code }: Record<string, Json>) => code),
      ['hunt-file', 'path-missing'],
    );
    assert.ok(Number(found.count) >= 2);
    assert.equal((await problemOf({ files: ['none.log'], indicator: '198.51.100.7' })).code, 'path-missing');
    assert.equal((await problemOf({ files: ['*.none'], indicator: '198.51.100.7' })).code, 'hunt-no-files');
  });

  it('reads no log when what to look for is wrong', async () => {
    put('auth.log', auth);
    put('empty.txt', '# nothing\n');
    execFileSync('mkfifo', [join(test.context.folder, 'pipe.yml')]);
    const wrong: [Record<string, Json>, string][] = [
      [{ indicator: 'nothing' }, 'indicator-wrong'],
      [{ indicators_file: 'none.txt' }, 'intel-feed-missing'],
      [{ indicators_file: 'empty.txt' }, 'hunt-nothing'],
      [{ rule: 'none.yml' }, 'path-missing'],
      [{ rule: 'pipe.yml' }, 'path-kind'],
      [{ indicators_file: 'pipe.yml' }, 'intel-feed-missing'],
      [{ rule: brute.replace('and not', 'near') }, 'sigma-wrong'],
      [{ rules: [brute, brute.replace('condition: selection', 'condition: selection | count() > 3 or')] }, 'sigma-unsupported'],
      [{ indicators: Array.from({ length: 10_001 }, (_, index) => `h${index}.example`) }, 'hunt-too-many'],
    ];
    for (let index = 0; index <= 1000; index++) put(`many-${index}.txt`, '');
    assert.equal((await problemOf({ files: ['many-*'], indicator: '192.0.2.1' })).code, 'hunt-too-many');
    for (const [input, code] of wrong) assert.equal((await problemOf({ files: ['auth.log'], ...input })).code, code);
    assert.ok(!test.lines.some((line) => line.includes('auth.log:')));
  });

  it('stops when it is cancelled', async () => {
    put('auth.log', auth);
    test.abort();
    assert.equal((await huntSimilarAttacks({ files: ['auth.log'], indicator: '192.0.2.5' }, test.context)).kind, 'cancelled');
  });
});
