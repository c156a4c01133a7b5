import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import type { StepView } from '../../protocol/run.ts';
import { createStepWriter } from './writer.ts';

const step = (id: string, more: Partial<StepView> = {}): StepView => ({
  id,
  verb: 'run',
  line: 1,
  status: 'succeeded',
  durationMs: 1000,
  attempts: 1,
  ...more,
});

function written() {
  let text = '';
  const writer = createStepWriter((piece) => (text += piece));
  return { writer, plain: () => stripVTControlCharacters(text).replaceAll('\r\n', '\n') };
}

describe('what several steps say', () => {
  it('comes as it is while one runs', () => {
    const { writer, plain } = written();
    writer.heading(step('both', { verb: 'parallel' }), 1);
    writer.heading(step('a'), 1);
    writer.text('a', '1%\r');
    writer.text('a', '2%\r');
    assert.ok(plain().endsWith('▶ a\n1%\r2%\r'));
  });

  it('comes in whole lines behind their step while several run', () => {
    const { writer, plain } = written();
    writer.heading(step('a'), 1);
    writer.heading(step('b'), 1);
    writer.text('a', 'one, ');
    writer.text('b', 'eins\r\nzw');
    writer.text('a', 'two\r\n10%\r20%\r\n');
    writer.footer(step('b'));
    assert.match(plain(), /b │ eins\na │ one, two\na │ 20%\nb │ zw\n✓ b: succeeded in 1\.0 s\n$/);
  });

  it('never continues the line of another step', () => {
    const { writer, plain } = written();
    writer.heading(step('a'), 1);
    writer.text('a', 'half a li');
    writer.heading(step('b'), 1);
    writer.text('a', 'ne\r\n');
    assert.match(plain(), /half a li\n\n▶ b\na │ ne\n$/);
  });

  it('says whose words follow when one of them is left', () => {
    const { writer, plain } = written();
    writer.heading(step('a'), 1);
    writer.heading(step('b'), 1);
    writer.text('b', 'zw');
    writer.footer(step('a', { name: 'First' }));
    writer.text('b', 'ei');
    writer.footer(step('b'));
    assert.match(plain(), /✓ First \(a\): succeeded in 1\.0 s\n▶ b goes on\nzwei\n✓ succeeded in 1\.0 s\n$/);
  });
});
