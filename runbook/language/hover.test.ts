import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { atCursor } from '../support/marked.ts';
import { hover } from './hover.ts';
import { type OutlineSymbol, symbols } from './symbols.ts';

const head = 'runbook: v1\nname: n\ninputs: { host: { description: Where it runs, default: a } }\nsecrets: [key]\n';

/** Text with a cursor → what is marked and a part of what is said; undefined: nothing is said. */
const cases: readonly (readonly [source: string, on?: string, says?: RegExp])[] = [
  ['steps:\n  - ru‸n: echo\n', 'run', /A script/],
  ['ris‸k: high\nsteps: []\n', 'risk', /floor[\s\S]*`critical`/],
  ['steps:\n  - run: echo\n    retry: { at‸tempts: 2 }\n', 'attempts', /first included/],
  ['steps:\n  - uses: http/re‸quest\n', 'http/request', /risk medium[\s\S]*`url` \(required\)/],
  ['steps:\n  - uses: http/request\n    with: { met‸hod: GET }\n', 'method', /resource/],
  ['steps:\n  - run: echo\n    env: { A: "${{ inputs.ho‸st }}" }\n', 'inputs.host', /Where it runs[\s\S]*`a`/],
  ['steps:\n  - run: echo\n    if: cont‸ains(env.A, 1)\n', 'contains', /contains\(search, item\)/],
  [
    'steps:\n  - { id: a, name: First, run: echo }\n  - run: echo\n    if: steps.a.outputs.std‸out == 1\n',
    'steps.a.outputs.stdout',
    /First[\s\S]*printed/,
  ],
  ['steps:\n  - run: echo\n    env: { A: "${{ secrets.k‸ey }}" }\n', 'secrets.key', /never shown/],
  ['steps:\n  - run: ec‸ho\n'],
  ['# no‸te\nsteps: []\n'],
];

describe('hover', () => {
  for (const [source, on, says] of cases) {
    it(JSON.stringify(source), () => {
      const { text, offset } = atCursor(head + source);
      const found = hover(analyse(text, { actions: builtInActions }), offset);
      assert.equal(found && text.slice(found.range.start, found.range.end), on);
      if (says) assert.match(found?.text ?? '', says);
    });
  }
});

describe('outline', () => {
  it('shows sections, inputs, secrets and steps with their undo', () => {
    const text = `${head}steps:\n  - id: one\n    run: echo\n    undo: { run: echo }\n  - approve: { message: Go? }\n  - name: Ask\n    uses: http/request\nfinally:\n  - run: rm x\n`;
    const show = (list: readonly OutlineSymbol[]): unknown[] =>
      list.map(({ name, kind, children }) => (children.length > 0 ? [name, kind, show(children)] : [name, kind]));
    assert.deepEqual(show(symbols(analyse(text, { actions: builtInActions }).document)), [
      ['runbook', 'value'],
      ['name', 'value'],
      ['inputs', 'section', [['host', 'input']]],
      ['secrets', 'section', [['key', 'secret']]],
      [
        'steps',
        'section',
        [
          ['one', 'step', [['undo', 'step']]],
          ['#2', 'gate'],
          ['Ask', 'action'],
        ],
      ],
      ['finally', 'section', [['finally/#1', 'step']]],
    ]);
  });

  it('keeps the selection of a symbol inside its range, whatever the text', () => {
    for (const text of [
      'steps: &a\n  - &b { id: x, run: y, undo: *b }\nverify: *a\n',
      'a: *b\n',
      'steps:\n  -\n  - \n',
      'steps: [[[',
      '? a\n: b\n',
      '- a\n',
    ]) {
      const check = (list: readonly OutlineSymbol[]): void => {
        for (const { range, selection, children } of list) {
          assert.ok(range.start <= selection.start && selection.end <= range.end, text);
          check(children);
        }
      };
      check(symbols(analyse(text, { actions: builtInActions }).document));
    }
  });
});
