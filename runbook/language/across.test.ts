import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { atCursor, withEdits } from '../support/marked.ts';
import { definitions, everywhere } from './places.ts';
import { rename } from './rename.ts';
import { neighbourhood } from './support/neighbourhood.ts';

const caller = (more: string) =>
  `runbook: v1\nname: Caller\nsteps:\n  - id: sub\n    call: ./called.runbook.yaml\n    with: { host: a, port: 2 }\n  - run: x\n    if: steps.sub.outputs.answer\n${more}`;
const called =
  'runbook: v1\nname: Called\ninputs: { host: {}, port: {} }\nsteps:\n  - run: y\n    env: { H: "${{ inputs.host }}" }\noutputs: { answer: 1 }\n';

/** `‸` marks the place in one of the files. */
function at(files: Readonly<Record<string, string>>) {
  const open = Object.keys(files).find((name) => files[name]?.includes('‸')) ?? assert.fail('no cursor');
  const { text, offset } = atCursor(files[open] ?? '');
  const texts = { ...files, [open]: text };
  const world = neighbourhood(texts).world(open);
  return { world, offset, texts, analysis: analyse(text, { actions: builtInActions }) };
}

const two = (one: string, other: string) => ({ 'caller.runbook.yaml': one, 'called.runbook.yaml': other });

describe('names across files', () => {
  it('lead from a call to the file, and from what it gives and takes to its declaration', () => {
    const targets = (one: string) => {
      const { world, analysis, offset } = at(two(one, called));
      return definitions(analysis, offset, world)?.targets.map(({ file, range }) => [file, called.slice(range.start, range.end)]);
    };
    assert.deepEqual(targets(caller('').replace('called.r', 'cal‸led.r')), [['called.runbook.yaml', '']]);
    assert.deepEqual(targets(caller('').replace('host: a', 'ho‸st: a')), [['called.runbook.yaml', 'host']]);
    assert.deepEqual(targets(caller('').replace('answer', 'ans‸wer')), [['called.runbook.yaml', 'answer']]);
  });

  it('are found from either side', () => {
    const found = (files: Readonly<Record<string, string>>) => {
      const { world, analysis, offset, texts } = at(files);
      return everywhere(analysis, offset, world)
        .map(({ file, range, declares }) => `${file} ${texts[file]?.slice(range.start, range.end)}${declares ? '!' : ''}`)
        .sort();
    };
    const host = ['called.runbook.yaml host', 'called.runbook.yaml host!', 'caller.runbook.yaml host'];
    assert.deepEqual(found(two(caller(''), called.replace('{ host', '{ ho‸st'))), host);
    assert.deepEqual(found(two(caller('').replace('host: a', 'ho‸st: a'), called)), host);
    const answer = ['called.runbook.yaml answer!', 'caller.runbook.yaml answer'];
    assert.deepEqual(found(two(caller(''), called.replace('answer', '‸answer'))), answer);
    assert.deepEqual(found(two(caller('').replace('answer', 'answ‸er'), called)), answer);
  });

  it('are renamed in every file, and nothing else is', () => {
    const renamed = (files: Readonly<Record<string, string>>, to: string) => {
      const { world, analysis, offset, texts } = at(files);
      const found = rename(analysis, offset, to, world);
      if (found.kind === 'refused') return found.why;
      return { ...texts, ...Object.fromEntries(found.files.map(({ file, edits }) => [file, withEdits(texts[file] ?? '', edits)])) };
    };
    const expected = two(
      caller('# host\n').replace('host: a', 'address: a'),
      called.replace('host: {}', 'address: {}').replace('inputs.host', 'inputs.address'),
    );
    assert.deepEqual(renamed(two(caller('# host\n'), called.replace('{ host', '{ ho‸st')), 'address'), expected);
    assert.deepEqual(renamed(two(caller('# host\n').replace('host: a', 'ho‸st: a'), called), 'address'), expected);
    assert.deepEqual(
      renamed(two(caller('').replace('answer', 'ans‸wer'), called), 'reply'),
      two(caller('').replace('answer', 'reply'), called.replace('answer', 'reply')),
    );
    assert.match(String(renamed(two(caller(''), called.replace('{ host', '{ ho‸st')), 'port')), /There is an input `port` already/);
    assert.match(String(renamed(two(caller('x: [}'), called.replace('{ host', '{ ho‸st')), 'address')), /Parts of the file cannot be read/);
    assert.match(String(renamed(two(caller('').replace('port: 2', 'po‸rd: 2'), called), 'x')), /declares no such input/);
  });
});
