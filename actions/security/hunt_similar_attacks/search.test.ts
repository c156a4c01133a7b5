import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProblemError } from '../../../runbook/core/errors.ts';
import { readIndicator } from '../indicators/indicator.ts';
import { type Read, Search } from './search.ts';
import { readRules } from './sigma/rule.ts';

async function* pieces(text: string, size = 64 * 1024): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const none = (): Read => ({ format: 'text', bytes: 0, lines: 0, hits: 0 });
const rule = (detection: object) => readRules(JSON.stringify({ title: 'My rule', detection }), 'file.yml');

describe('a search', () => {
  it('is stopped by an expression that takes for ever, which is named', async () => {
    const rules = rule({ s: { 'message|re': '^(.*a){9}.*b$' }, condition: 's' });
    const search = new Search({ indicators: [], rules }, 10, 50);
    const error = await search.file('local', 'x.log', pieces(`${'a'.repeat(8000)}\n`), 'text', none()).catch((error: unknown) => error);
    assert.ok(error instanceof ProblemError && error.problem.code === 'sigma-slow');
    assert.match(error.message, /My rule/);
  });

  it('finds on every line what a look at each line alone finds', async () => {
    const indicators = ['192.0.2.1', 'evil.example'].map((text) => readIndicator(text)).filter((one) => one !== undefined);
    const rules = rule({ s: { 'message|contains': ['Evil', 'x y'] }, f: { message: '*end' }, condition: 's and not f' });
    const words = ['192.0.2.1', 'evil.example', 'EVIL', 'x y', 'end', ' ', ' ', 'ä', '\r'];
    const line = fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (lines, size) => {
        const search = new Search({ indicators, rules }, 1000);
        const read = none();
        await search.file('local', 'x.log', pieces(lines.join('\n'), size), 'text', read);
        const wanted: string[] = [];
        for (const [index, text] of lines.entries()) {
          const clean = text.replace(/\r$/, '');
          if (/(?<![\wä.])192\.0\.2\.1(?![\wä.])/.test(text)) wanted.push(`${index + 1} 192.0.2.1`);
          if (/(?<![\wä])evil\.example(?![\wä.])/i.test(text)) wanted.push(`${index + 1} evil.example`);
          if (/evil|x y/i.test(clean) && !/end$/.test(clean)) wanted.push(`${index + 1} My rule`);
        }
        const offsets = lines.map((_, index) =>
          Buffer.byteLength(
            lines
              .slice(0, index)
              .map((text) => `${text}\n`)
              .join(''),
          ),
        );
        assert.deepEqual(search.hits.map(({ line, indicator, rule }) => `${line} ${indicator ?? rule}`).sort(), wanted.sort());
        for (const { line, offset } of search.hits) assert.equal(offset, offsets[Number(line) - 1]);
        const text = lines.join('\n');
        assert.equal(read.bytes, Buffer.byteLength(text));
        assert.equal(read.lines, text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
      }),
      { numRuns: 300 },
    );
  });
});
