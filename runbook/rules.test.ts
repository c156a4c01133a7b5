import assert from 'node:assert/strict';
import { analyse } from './analyse.ts';
import { rules } from './rules.ts';
import { exampleActions, exampleSurroundings } from './support/example-surroundings.ts';
import { marked } from './support/marked.ts';

/** Examples may leave out what every runbook needs. */
function whole(example: string): string {
  if (/runbook:|unbook:/.test(example)) return example;
  return `runbook: v1\n${/^name:/m.test(example) ? '' : 'name: Example\n'}${example}`;
}

const show = (text: string, ranges: readonly { start: number; end: number }[]) =>
  ranges.map(({ start, end }) => `${start}..${end} ${JSON.stringify(text.slice(start, end).slice(0, 60))}`);

describe('rules', () => {
  it('have distinct codes', () => {
    assert.equal(new Set(rules.map((rule) => rule.code)).size, rules.length);
  });

  for (const rule of rules) {
    describe(rule.code, () => {
      for (const example of rule.bad) {
        it(`finds what is marked in ${JSON.stringify(example.slice(0, 80))}`, () => {
          const { text, ranges } = marked(whole(example));
          assert.ok(ranges.length > 0, 'the example marks nothing');
          const found = analyse(text, { actions: exampleActions, around: exampleSurroundings }).diagnostics.filter(
            (diagnostic) => diagnostic.code === rule.code,
          );
          assert.deepEqual(
            show(
              text,
              found.map((diagnostic) => diagnostic.range),
            ),
            show(text, ranges),
          );
          for (const { message } of found) assert.match(message, /^\S.*[.?]$/s, message);
        });
      }
      for (const example of rule.good) {
        it(`finds nothing at all in ${JSON.stringify(example.slice(0, 80))}`, () => {
          assert.deepEqual(analyse(whole(example), { actions: exampleActions, around: exampleSurroundings }).diagnostics, []);
        });
      }
    });
  }
});
