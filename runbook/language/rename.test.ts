import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { atCursor, withEdits } from '../support/marked.ts';
import { prepareRename, rename } from './rename.ts';

const head = 'runbook: v1\nname: n\n';

function at(source: string) {
  const { text, offset } = atCursor(head + source);
  return { text, offset, analysis: analyse(text, { actions: builtInActions }) };
}

/** With a cursor → as it is after the rename. */
const renamed: readonly (readonly [source: string, to: string, result: string])[] = [
  [
    "# a is the first\nsteps:\n    - id:   ‸a   # a\n      run: echo a\n    - run: echo   \n      if: steps['a'].outcome == 'a' && steps.A.outputs.a\n",
    'look-1',
    "# a is the first\nsteps:\n    - id:   look-1   # a\n      run: echo a\n    - run: echo   \n      if: steps['look-1'].outcome == 'a' && steps.look-1.outputs.a\n",
  ],
  [
    "inputs: { \"host\": {} }\r\nsteps:\r\n  - run: echo\r\n    env:\r\n      H: >\r\n        to ${{ inputs.h‸ost }}\r\n        host\r\n      I: '${{ inputs[''host''] }}'\r\n",
    'to_host',
    "inputs: { \"to_host\": {} }\r\nsteps:\r\n  - run: echo\r\n    env:\r\n      H: >\r\n        to ${{ inputs.to_host }}\r\n        host\r\n      I: '${{ inputs[''to_host''] }}'\r\n",
  ],
  [
    'secrets: [ key, "‸\\u006bey2" ]\nsteps:\n  - run: echo\n    env: { K: "${{ secrets.key2 }} ${{ secrets.key }}" }\n',
    'token',
    'secrets: [ key, "token" ]\nsteps:\n  - run: echo\n    env: { K: "${{ secrets.token }} ${{ secrets.key }}" }\n',
  ],
  [
    'steps:\n  - { id: a, run: echo, outputs: { total‸: 1 } }\n  - { run: echo, if: steps.a.outputs.total }\n',
    'sum',
    'steps:\n  - { id: a, run: echo, outputs: { sum: 1 } }\n  - { run: echo, if: steps.a.outputs.sum }\n',
  ],
  // While the next expression is typed.
  [
    'steps:\n  - { id: a‸, run: echo }\n  - run: echo\n    env: { A: "${{ steps.a. }}", B: "${{ contains(steps.a.outcome, }}" }\n',
    'b',
    'steps:\n  - { id: b, run: echo }\n  - run: echo\n    env: { A: "${{ steps.b. }}", B: "${{ contains(steps.b.outcome, }}" }\n',
  ],
  ['inputs: { host: {}, hos‸t2: {} }\nsteps: []\n', 'HOST2', 'inputs: { host: {}, HOST2: {} }\nsteps: []\n'],
  [
    'targets: { edge: { type: local } }\nsteps:\n  - { run: a, target: ed‸ge }\n  - { run: b, target: local }\n',
    'rim',
    'targets: { rim: { type: local } }\nsteps:\n  - { run: a, target: rim }\n  - { run: b, target: local }\n',
  ],
  [
    'steps:\n  - parallel:\n      - { id: ‸a, run: x }\n      - { id: b, run: y, needs: [a], if: steps.a.outcome }\n',
    'c',
    'steps:\n  - parallel:\n      - { id: c, run: x }\n      - { id: b, run: y, needs: [c], if: steps.c.outcome }\n',
  ],
  [
    "inputs: { h: {} }\nsteps:\n  - for-each: inputs.h\n    as: ho‸st\n    steps:\n      - { run: x, env: { A: '${{ host.name }}', B: \"${{ contains('host', host)}}\" } }\n  - { run: y, if: inputs.host }\n",
    'h1',
    "inputs: { h: {} }\nsteps:\n  - for-each: inputs.h\n    as: h1\n    steps:\n      - { run: x, env: { A: '${{ h1.name }}', B: \"${{ contains('host', h1)}}\" } }\n  - { run: y, if: inputs.host }\n",
  ],
  [
    'steps:\n  - { id: v, set: { si‸ze: 1 } }\n  - { run: x, if: steps.v.outputs.size }\n',
    'width',
    'steps:\n  - { id: v, set: { width: 1 } }\n  - { run: x, if: steps.v.outputs.width }\n',
  ],
  [
    'inputs: { ‸ip: {} }\ntriggers:\n  - schedule: { cron: "0 3 * * *", with: { ip: a } }\nsteps: []\n',
    'address',
    'inputs: { address: {} }\ntriggers:\n  - schedule: { cron: "0 3 * * *", with: { address: a } }\nsteps: []\n',
  ],
];

const steps = 'steps:\n  - { id: a, run: echo }\n  - { id: b, uses: http/request }\n  - run: echo\n    env: { A: 1 }\n';
/** With a cursor → why not. */
const refused: readonly (readonly [source: string, to: string, why: RegExp])[] = [
  ['steps:\n  - { id: ‸a, run: echo }\n  - { id: b, run: echo }\n', 'B', /There is a step `b` already/],
  ['inputs: { ‸a: {}, b: {} }\nsteps: []\n', 'b', /There is an input `b` already/],
  ['steps:\n  - { id: a, run: echo, outputs: { ‸x: 1, y: 2 } }\n', 'y', /There is an output `y` already/],
  ['steps:\n  - { id: a, run: echo, outputs: { ‸x: 1 } }\n', 'stdout', /There is an output `stdout` already/],
  ['steps:\n  - { id: ‸a, run: echo }\n', '1a', /`1a` cannot be the name of a step: a letter first/],
  ['steps:\n  - { id: ‸a, run: echo }\n', '_a', /a letter first/],
  ['steps:\n  - { id: ‸a, run: echo }\n', 'a b', /cannot be/],
  ['steps:\n  - { id: ‸a, run: echo }\n', ' ', /cannot be empty/],
  ['steps:\n  - { id: ‸a, run: echo }\n', 'null', /a value in YAML/],
  ['steps:\n  - { id: a, run: echo }\n  - { id: ‸a, run: echo }\n', 'c', /two steps `a`/],
  [`${steps}    if: steps.n‸o.outcome\n`, 'c', /declares no step `no`/],
  [`${steps}    if: steps.a.outputs.std‸out\n`, 'c', /script itself names `stdout`/],
  [`${steps}    if: steps.b.outputs.sta‸tus\n`, 'c', /action `http\/request` gives/],
  [`${steps}    if: env.‸A\n`, 'c', /Scripts and the programs/],
  [`${steps}    if: ste‸ps.a.outcome\n`, 'c', /`steps` is a word of the language/],
  [`${steps}    if: Con‸tains(env.A, 1)\n`, 'c', /`Contains` is a word of the language/],
  [`${steps}    if: steps.a.out‸come\n`, 'c', /`outcome` is not a name that the file declares/],
  ['steps:\n  - { uses: http/req‸uest }\n', 'c', /name of an action/],
  ['steps:\n  - { run: x, target: ‸no }\n', 'c', /declares no target `no`/],
  ['steps:\n  - { call: ./a‸.runbook.yaml }\n', 'c', /path of a file/],
  ['steps:\n  - { id: ‸a, run: echo }\n  - run: [}\n', 'c', /Mend line 5 first/],
];

describe('rename', () => {
  for (const [source, to, result] of renamed) {
    it(JSON.stringify(source), () => {
      const { text, offset, analysis } = at(source);
      const found = rename(analysis, offset, to);
      assert.equal(found.kind === 'edits' ? withEdits(text, found.files[0]?.edits ?? []) : found.why, head + result);
    });
  }

  for (const [source, to, why] of refused) {
    it(`is refused for ${JSON.stringify(source)} to ${to}`, () => {
      const { offset, analysis } = at(source);
      const found = rename(analysis, offset, to);
      assert.equal(found.kind, 'refused');
      assert.match(found.kind === 'refused' ? found.why : '', why);
    });
  }

  it('begins with the bare name', () => {
    const { text, offset, analysis } = at("steps:\n  - { id: 'the-s‸tep', run: echo }\n");
    const start = text.indexOf('the-step');
    assert.deepEqual(prepareRename(analysis, offset), { kind: 'renamable', range: { start, end: start + 8 }, name: 'the-step' });
  });

  it('has nothing to say about a place without a name, nor about a text that is none', () => {
    for (const source of ['# no‸te\nsteps: []\n', 'ste‸ps: []\n', 'steps:\n  - run: ec‸ho\n', 'a: [‸}', '‸']) {
      const { offset, analysis } = at(source);
      assert.equal(prepareRename(analysis, offset), undefined);
      assert.equal(rename(analysis, offset, 'x').kind, 'refused');
    }
  });
});
