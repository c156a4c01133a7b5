import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { atCursor, withEdits } from '../support/marked.ts';
import { complete } from './complete.ts';

interface Case {
  readonly what: string;
  /** `‸` is the cursor. */
  readonly text: string;
  /** Labels that must be there, in this order. */
  readonly has?: readonly string[];
  readonly hasNot?: readonly string[];
  readonly only?: readonly string[];
  /** What the text becomes when this label is taken. */
  readonly take?: readonly [string, string];
}

const head = 'runbook: v1\nname: n\n';
const inputs = 'inputs:\n  host: { type: string, description: Where }\n  port: { type: integer }\nsecrets: [token]\n';

const cases: readonly Case[] = [
  { what: 'an empty file', text: '‸', has: ['runbook', 'name', 'steps', 'inputs'], take: ['runbook', 'runbook: '] },
  {
    what: 'top-level keys not yet there',
    text: `${head}‸`,
    has: ['steps', 'inputs', 'on-failure'],
    hasNot: ['name', 'runbook'],
    take: ['steps', `${head}steps:\n  - `],
  },
  { what: 'half a key', text: `${head}st‸\n`, has: ['steps'], take: ['steps', `${head}steps:\n  - \n`] },
  { what: 'a key whose colon is there', text: `${head}inpts‸: {}\n`, take: ['inputs', `${head}inputs: {}\n`] },
  {
    what: 'a new step',
    text: `${head}steps:\n  - ‸`,
    has: ['id', 'run', 'uses', 'approve'],
    hasNot: ['labels'],
    take: ['run', `${head}steps:\n  - run: `],
  },
  {
    what: 'a further key of a step',
    text: `${head}steps:\n  - run: echo\n    ‸\n`,
    has: ['id', 'timeout', 'undo'],
    hasNot: ['run', 'uses', 'with'],
    take: ['retry', `${head}steps:\n  - run: echo\n    retry:\n      \n`],
  },
  { what: 'a key of a step in the middle', text: `${head}steps:\n  - id: a\n    ti‸\n    run: echo\n  - run: b\n`, has: ['timeout'] },
  { what: 'a flow step', text: `${head}steps:\n  - { run: echo, ‸ }\n`, has: ['id', 'timeout'], hasNot: ['run'] },
  {
    what: 'keys of retry',
    text: `${head}steps:\n  - run: echo\n    retry:\n      ‸`,
    only: ['attempts', 'delay', 'backoff', 'max-delay', 'on', 'jitter', 'with'],
  },
  { what: 'keys of an input', text: `${head}inputs:\n  ip:\n    ‸`, has: ['type', 'description', 'options'] },
  { what: 'keys of an undo', text: `${head}steps:\n  - run: echo\n    undo:\n      ‸`, has: ['run', 'uses'] },
  { what: 'risk', text: `${head}risk: ‸\n`, only: ['low', 'medium', 'high', 'critical'], take: ['high', `${head}risk: high\n`] },
  { what: 'half a value', text: `${head}risk: me‸\n`, take: ['medium', `${head}risk: medium\n`] },
  { what: 'a value with more behind it', text: `${head}risk: ‸  # how bad\nsteps: []\n`, has: ['low'] },
  { what: 'booleans', text: `${head}steps:\n  - run: echo\n    idempotent: ‸`, only: ['true', 'false'] },
  { what: 'approve is only ever true', text: `${head}steps:\n  - run: echo\n    approve: ‸`, has: ['true'], hasNot: ['false'] },
  { what: 'shells', text: `${head}steps:\n  - run: echo\n    shell: ‸`, only: ['bash', 'sh', 'pwsh', 'python', 'node'] },
  { what: 'input types in flow style', text: `${head}inputs: { a: { type: ‸ } }\n`, has: ['string', 'choice', 'duration'] },
  { what: 'error classes in a list', text: `${head}steps:\n  - run: echo\n    retry: { on: [net‸] }\n`, has: ['network'] },
  { what: 'durations', text: `${head}steps:\n  - run: echo\n    timeout: ‸`, only: ['30s', '5m', '1h'] },
  {
    what: 'actions',
    text: `${head}steps:\n  - uses: ‸`,
    has: ['http/request'],
    take: ['http/request', `${head}steps:\n  - uses: http/request`],
  },
  {
    what: 'actions behind a slash',
    text: `${head}steps:\n  - uses: http/‸`,
    take: ['http/request', `${head}steps:\n  - uses: http/request`],
  },
  { what: 'inputs of the action', text: `${head}steps:\n  - uses: http/request\n    with:\n      ‸`, has: ['url', 'method', 'headers'] },
  {
    what: 'values of an input of the action',
    text: `${head}steps:\n  - uses: http/request\n    with: { method: ‸ }`,
    has: ['GET', 'POST'],
  },
  { what: 'no text in a script', text: `${head}steps:\n  - run: |\n      ec‸\n`, only: [] },
  { what: 'nothing in a comment', text: `${head}# ste‸\n`, only: [] },
  {
    what: 'contexts and functions',
    text: `${head}${inputs}steps:\n  - run: echo\n    env: { A: "\${{ ‸ }}" }\n`,
    has: ['inputs', 'steps', 'contains'],
  },
  {
    what: 'inputs',
    text: `${head}${inputs}steps:\n  - run: echo\n    env:\n      A: \${{ inputs.‸ }}\n`,
    only: ['host', 'port'],
    take: ['port', `${head}${inputs}steps:\n  - run: echo\n    env:\n      A: \${{ inputs.port }}\n`],
  },
  {
    what: 'half an input',
    text: `${head}${inputs}steps:\n  - run: echo\n    env: { A: "\${{ inputs.ho‸ }}" }\n`,
    take: ['host', `${head}${inputs}steps:\n  - run: echo\n    env: { A: "\${{ inputs.host }}" }\n`],
  },
  {
    what: 'an expression that is not closed',
    text: `${head}${inputs}steps:\n  - run: echo\n    env:\n      A: "\${{ inputs.‸\n`,
    only: ['host', 'port'],
  },
  { what: 'secrets', text: `${head}${inputs}steps:\n  - run: echo\n    env: { A: "\${{ secrets.‸ }}" }\n`, only: ['token'] },
  { what: 'a bare if', text: `${head}${inputs}steps:\n  - run: echo\n    if: inputs.‸\n`, only: ['host', 'port'] },
  {
    what: 'earlier steps only',
    text: `${head}steps:\n  - { id: one, run: echo }\n  - id: two\n    run: echo\n    if: steps.‸\n  - { id: three, run: echo }\n`,
    only: ['one'],
  },
  {
    what: 'what a step has',
    text: `${head}steps:\n  - { id: one, run: echo }\n  - run: echo\n    if: steps.one.‸\n`,
    only: ['outputs', 'outcome'],
  },
  {
    what: 'outputs of a script',
    text: `${head}steps:\n  - { id: one, run: echo, outputs: { size: 1 } }\n  - run: echo\n    if: steps.one.outputs.‸\n`,
    only: ['stdout', 'stderr', 'exit-code', 'size'],
  },
  {
    what: 'outputs of an action',
    text: `${head}steps:\n  - { id: get, uses: http/request, with: { url: x } }\n  - run: echo\n    if: success() && steps.get.outputs.st‸\n`,
    has: ['status', 'json'],
  },
  {
    what: 'all steps in finally',
    text: `${head}steps:\n  - { id: one, run: echo }\n  - { id: two, run: echo }\nfinally:\n  - run: echo\n    if: steps.‸\n`,
    only: ['one', 'two'],
  },
  {
    what: 'all steps in the outputs of the runbook',
    text: `${head}steps:\n- { id: one, run: echo }\n- id: two\n  run: echo\noutputs:\n  x: \${{ steps.‸ }}\n`,
    only: ['one', 'two'],
  },
  { what: 'no names inside a text', text: `${head}steps:\n  - run: echo\n    if: env.A == 'st‸'\n`, only: [] },
  { what: 'keys below a broken line', text: `${head}inputs: [}\nsteps:\n  - run: echo\n    ‸\n`, has: ['timeout'] },
];

describe('completion', () => {
  for (const { what, text: source, has = [], hasNot = [], only, take } of cases) {
    it(what, () => {
      const { text, offset } = atCursor(source);
      const items = complete(analyse(text, { actions: builtInActions }), offset);
      const labels = items.map((item) => item.label);
      if (only) assert.deepEqual(labels, only);
      assert.deepEqual(
        has.filter((label) => !labels.includes(label)),
        [],
        `missing from ${labels.join(', ')}`,
      );
      assert.deepEqual(
        hasNot.filter((label) => labels.includes(label)),
        [],
      );
      assert.equal(new Set(labels).size, labels.length, 'a label twice');
      if (take) {
        const item = items.find(({ label }) => label === take[0]);
        assert.ok(item, `no ${take[0]} in ${labels.join(', ')}`);
        assert.equal(withEdits(text, [{ range: item.range, text: item.insert }]), take[1]);
      }
    });
  }

  it('says something about every key', () => {
    for (const text of ['', `${head}steps:\n  - `, `${head}inputs:\n  a:\n    `]) {
      for (const item of complete(analyse(text, { actions: builtInActions }), text.length)) assert.ok(item.documentation, item.label);
    }
  });
});
