import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { blocksOf } from './blocks.ts';
import { plainBytes } from './bytes.ts';
import { cellsOf } from './csv.ts';
import { formatOf, lineReader } from './format.ts';

async function* pieces(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const collect = async (source: AsyncIterable<Buffer>) => {
  const all: Buffer[] = [];
  for await (const piece of source) all.push(piece);
  return Buffer.concat(all);
};

describe('lines of logs', () => {
  it('are whole, whatever pieces they come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, ' '))),
        fc.integer({ min: 1, max: 20 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.join('\n'));
          const seen: Buffer[] = [];
          for await (const { buffer, from, to, offset, cut } of blocksOf(pieces(bytes, size), 64)) {
            assert.ok(!cut && buffer[to - 1] === 0x0a);
            assert.equal(
              offset,
              seen.reduce((sum, block) => sum + block.length, 0),
            );
            seen.push(Buffer.from(buffer.subarray(from, to)));
          }
          assert.equal(Buffer.concat(seen).toString().replace(/\n$/, ''), bytes.toString().replace(/\n$/, ''));
        },
      ),
    );
  });

  it('that have no end are cut between words, and nothing of them is lost', async () => {
    const text = `${'some words '.repeat(20)}\nlast`;
    const seen: string[] = [];
    const cuts: boolean[] = [];
    for await (const { buffer, from, to, cut } of blocksOf(pieces(Buffer.from(text), 7), 64)) {
      seen.push(buffer.toString('utf8', from, to));
      cuts.push(cut);
    }
    assert.equal(seen.join(''), `${text}\n`);
    assert.ok(cuts.includes(true) && cuts.at(-1) === false);
    for (const [index, piece] of seen.entries()) if (cuts[index]) assert.match(piece, / $/);
  });

  it('are unpacked, and turned into UTF-8', async () => {
    const zipped = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
    assert.equal((await collect(plainBytes(pieces(zipped, 1)))).toString(), 'one\ntwo\n');
    const wide = Buffer.from('\ufeffärger\n', 'utf16le');
    assert.equal((await collect(plainBytes(pieces(wide, 3)))).toString(), 'ärger\n');
    assert.equal((await collect(plainBytes(pieces(Buffer.from('x'), 1)))).toString(), 'x');
    assert.equal((await collect(plainBytes(pieces(Buffer.alloc(0), 1)))).length, 0);
    await assert.rejects(collect(plainBytes(pieces(zipped.subarray(0, 12), 4))));
  });

  it('tell their format', () => {
    assert.equal(formatOf(['{"a":1}', '{"a":2}', 'broken']), 'jsonl');
    assert.equal(formatOf(['<34>1 2026-10-11T22:14:15.003Z host su - ID47 - failed']), 'syslog');
    assert.equal(formatOf(['Oct 11 22:14:15 host sshd[1]: Failed password']), 'syslog');
    assert.equal(formatOf(['2026-10-11T22:14:15.003+02:00 host kernel: x']), 'syslog');
    assert.equal(formatOf(['a;b', '1;2', '"x;y";3']), 'csv');
    assert.equal(formatOf(['hello there', 'a, b']), 'text');
    assert.equal(formatOf([]), 'text');
  });

  it('have the fields of their format', () => {
    const bsd = lineReader('syslog')(
      '<86>Oct  1 02:04:05 web1 sshd[42]: Failed password for root from 192.0.2.1 port 22 SRC=192.0.2.9 why="no key"',
    );
    assert.deepEqual(
      ['program', 'pid', 'hostname', 'severity', 'SRC', 'why', 'nothing'].map((name) => bsd?.get(name)),
      [['sshd'], ['42'], ['web1'], ['6'], ['192.0.2.9'], ['no key'], []],
    );
    const modern = lineReader('syslog')('<34>1 2026-10-11T22:14:15.003Z host su 7 ID47 [a@1 user="ro\\"ot" x="]"][b] failed');
    assert.deepEqual(
      ['program', 'msgid', 'user', 'x', 'message'].map((name) => modern?.get(name)),
      [['su'], ['ID47'], ['ro"ot'], [']'], ['failed']],
    );
    const json = lineReader('jsonl')('{"winlog":{"event_data":{"CommandLine":"x"}},"tags":["a","b"],"a.b":1,"c":{"d":null}}');
    assert.deepEqual(
      ['commandline', 'tags', 'a.b', 'c.d', 'e'].map((name) => json?.get(name)),
      [['x'], ['a', 'b'], [1], [null], []],
    );
    assert.deepEqual(lineReader('jsonl')('no json')?.get('message'), ['no json']);
    const read = lineReader('csv');
    assert.equal(read('User;Command'), undefined);
    assert.deepEqual(read('root;"a;""b"""')?.get('command'), ['a;"b"']);
  });

  it('are divided into cells, also when quotes are not closed', () => {
    assert.deepEqual(cellsOf('a,"b,""c""",,d', ','), ['a', 'b,"c"', '', 'd']);
    assert.deepEqual(cellsOf('"a', ','), ['a']);
    assert.deepEqual(cellsOf('', ','), ['']);
    assert.deepEqual(cellsOf('"a"x,', ','), ['ax', '']);
  });
});
