import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ItemScanner } from './scanner.ts';

function scan(pieces: readonly string[], path: readonly string[] = []) {
  const items: string[] = [];
  const lines: number[] = [];
  const scanner = new ItemScanner(path, (text) => {
    items.push(text);
    lines.push(scanner.line);
  });
  for (const piece of pieces) scanner.push(piece);
  const whole = scanner.finish();
  return { items, lines, whole, missed: scanner.missed };
}

const value = fc.jsonValue({ maxDepth: 3 });

describe('scanner of JSON items', () => {
  it('finds what JSON.parse finds, wherever the text is cut and however it is indented', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.constantFrom(undefined, 2), fc.nat(), fc.nat(), (list, indent, a, b) => {
        const text = JSON.stringify({ noise: list, 'a"b\\': { other: [list], items: list, more: 1 } }, null, indent);
        const [first = 0, second = 0] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y);
        const { items, whole } = scan([text.slice(0, first), text.slice(first, second), text.slice(second)], ['a"b\\', 'items']);
        assert.ok(whole);
        assert.deepEqual(
          items.map((item) => JSON.parse(item)),
          JSON.parse(JSON.stringify(list)),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('takes a list at the top, or anything else as the only item', () => {
    assert.deepEqual(
      scan(['[{"a":1} , 2,"x]"]']).items.map((item) => JSON.parse(item)),
      [{ a: 1 }, 2, 'x]'],
    );
    assert.deepEqual(
      scan(['{"a":[1,2]}\n']).items.map((item) => JSON.parse(item)),
      [{ a: [1, 2] }],
    );
    assert.deepEqual(scan(['{"a":{"b":7},"c":1}'], ['a', 'b']).items, ['7']);
    assert.deepEqual(scan([' [ ] ']), { items: [], lines: [], whole: true, missed: false });
  });

  it('does not take a list of another name, or in another place', () => {
    for (const text of [
      '{"data":5,"other":{"items":[1]}}',
      '{"items":[1]}',
      '{"data":[{"items":[1]}]}',
      '{"data":{}}',
      '[1]',
      '',
      '"data"',
    ])
      assert.deepEqual([scan([text], ['data', 'items']).items, scan([text], ['data', 'items']).missed], [[], true], text);
  });

  it('gives what is no item to the parser of items, which says so', () => {
    assert.deepEqual(scan(['[1,]']).items, ['1', '']);
    assert.deepEqual(scan(['[1 2]']).items, ['1 2']);
    assert.deepEqual(scan(['[1][2']).items, ['1', '', '']);
    assert.equal(scan(['[1,{"a":']).whole, false);
    assert.deepEqual(scan(['[\n1,\n\n{\n"a":1},', '\n7]']).lines, [2, 4, 6]);
  });
});
