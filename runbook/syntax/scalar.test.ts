import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { Lines } from './lines.ts';
import { parse } from './parse.ts';
import { ScalarMap } from './scalar.ts';
import { type ScalarNode, valueIn } from './tree.ts';

function scalarOf(text: string): ScalarNode {
  const node = valueIn(parse(text).root, 'a');
  assert.equal(node?.kind, 'scalar');
  return node as ScalarNode;
}

describe('where the characters of a scalar are written', () => {
  const styles = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;
  const words = fc.array(fc.constantFrom('one', "it's", '"x"', '${{ a }}', 'ü', '漢', '#no', 'a:b', '\\'), { minLength: 1, maxLength: 12 });
  for (const style of styles) {
    it(`is known exactly in ${style}`, () => {
      const property = fc.property(
        words,
        fc.constantFrom(' ', '\n', '  ', '\n\n'),
        fc.constantFrom('\n', '\r\n'),
        (parts, between, lineBreak) => {
          const wanted = parts.join(between);
          const text = stringify({ x: 1, a: wanted, z: 2 }, { defaultStringType: style, lineWidth: 20 }).replaceAll('\n', lineBreak);
          const scalar = scalarOf(text);
          const value = String(scalar.value);
          const map = new ScalarMap(text, scalar);
          for (const word of new Set(parts)) {
            // Escapes and doubled quotes look different in the file.
            if (/['"\\]/.test(word)) continue;
            let at = value.indexOf(word);
            for (; at >= 0; at = value.indexOf(word, at + 1)) {
              const { start, end } = map.range(at, at + word.length);
              assert.equal(text.slice(start, end).replaceAll(/\\\s+/g, '').replaceAll(/\s+/g, ' '), word, text);
              assert.equal(map.index(start), at);
            }
          }
        },
      );
      fc.assert(property, { numRuns: 150, seed: 7 });
    });
  }

  it('sees through escapes', () => {
    const text = 'a: "\\t\\u00fc \\U0001F642 \\"q\\" \\\n   end"\n';
    const scalar = scalarOf(text);
    const value = String(scalar.value);
    const map = new ScalarMap(text, scalar);
    for (const [part, written] of Object.entries({ ü: '\\u00fc', '🙂': '\\U0001F642', q: 'q', end: 'end' })) {
      const at = value.indexOf(part);
      const { start, end } = map.range(at, at + part.length);
      assert.equal(text.slice(start, end), written);
    }
  });
});

describe('lines', () => {
  it('convert offsets to positions and back, whatever ends a line', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '🙂', '\n', '\r\n', '\r', ' '), { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const lines = new Lines(text);
        for (let offset = 0; offset <= text.length; offset++) assert.equal(lines.offset(lines.position(offset)), offset);
        assert.equal(lines.starts.length, text.split(/\r\n|\r|\n/).length);
      }),
      { seed: 3 },
    );
  });
});
