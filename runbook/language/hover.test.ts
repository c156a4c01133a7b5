import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { atCursor } from '../support/marked.ts';
import type { Called } from '../surroundings.ts';
import { hover } from './hover.ts';
import { type OutlineSymbol, symbols } from './symbols.ts';
import { noOthers, type World } from './world.ts';

const head = 'runbook: v1\nname: n\ninputs: { host: { description: Where it runs, default: a } }\nsecrets: [key]\n';

const other: Called = {
  file: '/w/other.runbook.yaml',
  name: 'Other',
  description: 'Does other things.',
  inputs: { port: { type: 'integer', default: 22 } },
  outputs: ['answer'],
  broken: false,
  calls: [],
};
const world: World = {
  around: {
    targets: [{ name: 'shared', type: 'http', file: '/w/targets.yaml', range: { start: 0, end: 6 } }],
    called: (path) => (path === './other.runbook.yaml' ? other : 'missing'),
  },
  others: noOthers,
};

/** Text with a cursor → what is marked and a part of what is said; undefined: nothing is said. */
const cases: readonly (readonly [source: string, on?: string, says?: RegExp])[] = [
  ['steps:\n  - ru‸n: echo\n', 'run', /A script/],
  ['ris‸k: high\nsteps: []\n', 'risk', /floor[\s\S]*`critical`/],
  ['steps:\n  - run: echo\n    retry: { at‸tempts: 2 }\n', 'attempts', /first included/],
  ['steps:\n  - uses: http/re‸quest\n', 'http/request', /risk medium[\s\S]*`url` \(required\)/],
  ['steps:\n  - uses: http/request\n    with: { met‸hod: GET }\n', 'method', /resource/],
  ['steps:\n  - run: echo\n    env: { A: "${{ inputs.ho‸st }}" }\n', 'inputs.host', /default `a`\): Where it runs/],
  ['steps:\n  - run: echo\n    if: cont‸ains(env.A, 1)\n', 'contains', /contains\(search, item\)/],
  [
    'steps:\n  - { id: a, name: First, run: echo }\n  - run: echo\n    if: steps.a.outputs.std‸out == 1\n',
    'steps.a.outputs.stdout',
    /First[\s\S]*printed/,
  ],
  ['steps:\n  - run: echo\n    env: { A: "${{ secrets.k‸ey }}" }\n', 'secrets.key', /never shown/],
  ['steps:\n  - run: echo\n    timeout: 1h‸30m\n', '1h30m', /1 hour and 30 minutes/],
  ['steps: []\ntriggers:\n  - schedule: { cron: "0 3 ‸* * *" }\n', '"0 3 * * *"', /At 03:00 every day/],
  [
    'steps:\n  - run: echo\n    target: ed‸ge\ntargets: { edge: { type: ssh, host: e1, password: "${{ secrets.key }}" } }\n',
    'edge',
    /host: `e1`/,
  ],
  ['steps:\n  - run: echo\n    target: sha‸red\n', 'shared', /workspace, http/],
  [
    'steps:\n  - call: ./ot‸her.runbook.yaml\n',
    './other.runbook.yaml',
    /Does other things[\s\S]*`port` \(integer, default `22`\)[\s\S]*`answer`/,
  ],
  ['steps:\n  - call: ./no‸ne.runbook.yaml\n', './none.runbook.yaml', /no file/],
  ['steps:\n  - call: ./other.runbook.yaml\n    with: { po‸rt: 1 }\n', 'port', /input of type integer/],
  ['steps:\n  - { id: a, name: First, run: x }\n  - run: y\n    needs: [‸a]\n', 'a', /First/],
  [
    'steps:\n  - { id: a, call: ./other.runbook.yaml }\n  - run: y\n    if: steps.a.outputs.ans‸wer\n',
    'steps.a.outputs.answer',
    /runbook “Other”/,
  ],
  ['steps:\n  - parallel:\n      - for-e‸ach: inputs.host\n        steps: []\n', 'for-each', /list/],
  ['steps:\n  - uses: file/wr‸ite\n', 'file/write', /Runs on: local, ssh\. A rollback takes it back\./],
  ['steps:\n  - agent: { goal: x, tools: [http/req‸uest] }\n', 'http/request', /risk medium/],
  ['env: { A: one }\nsteps:\n  - run: y\n    if: env.‸A\n', 'env.A', /`one`/],
  ['steps:\n  - run: ec‸ho\n'],
  ['# no‸te\nsteps: []\n'],
];

describe('hover', () => {
  for (const [source, on, says] of cases) {
    it(JSON.stringify(source), () => {
      const { text, offset } = atCursor(head + source);
      const found = hover(analyse(text, { actions: builtInActions }), offset, world);
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

  it('shows what is inside steps, and targets', () => {
    const text = `runbook: v1\nname: n\ntargets: { edge: { type: ssh, host: e } }\nsteps:\n  - id: box\n    parallel:\n      - id: a\n        run: x\n      - switch:\n          - else: true\n            steps: [{ id: deep, call: ./x.runbook.yaml }]\n    fallback: { run: y }\n`;
    const show = (list: readonly OutlineSymbol[]): unknown[] =>
      list.map(({ name, kind, children }) => (children.length > 0 ? [name, kind, show(children)] : [name, kind]));
    assert.deepEqual(show(symbols(analyse(text, { actions: builtInActions }).document)).slice(2), [
      ['targets', 'section', [['edge', 'target']]],
      [
        'steps',
        'section',
        [
          [
            'box',
            'group',
            [
              ['a', 'step'],
              ['box/#2', 'group', [['deep', 'call']]],
              ['fallback', 'step'],
            ],
          ],
        ],
      ],
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
