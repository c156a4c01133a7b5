import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { atCursor, withEdits } from '../support/marked.ts';
import type { Surroundings } from '../surroundings.ts';
import { complete } from './complete.ts';
import { noOthers, type World } from './world.ts';

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
  /** What an editor that knows snippets inserts for this label. */
  readonly snippet?: readonly [string, string | undefined];
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
    only: ['two', 'one'],
  },
  {
    what: 'all steps in the outputs of the runbook',
    text: `${head}steps:\n- { id: one, run: echo }\n- id: two\n  run: echo\noutputs:\n  x: \${{ steps.‸ }}\n`,
    only: ['two', 'one'],
  },
  { what: 'no names inside a text', text: `${head}steps:\n  - run: echo\n    if: env.A == 'st‸'\n`, only: [] },
  { what: 'keys below a broken line', text: `${head}inputs: [}\nsteps:\n  - run: echo\n    ‸\n`, has: ['timeout'] },
  {
    what: 'inside branches',
    text: `${head}steps:\n  - parallel:\n      - id: a\n        ‸\n      - run: b\n`,
    has: ['run', 'uses', 'parallel', 'for-each', 'switch'],
    hasNot: ['id', 'steps', 'shell'],
  },
  {
    what: 'a list of branches',
    text: `${head}steps:\n  - para‸\n`,
    take: ['parallel', `${head}steps:\n  - parallel:\n      - \n`],
    snippet: ['parallel', undefined],
  },
  {
    what: 'a loop with its keys',
    text: `${head}steps:\n  - for‸\n`,
    snippet: ['for-each', 'for-each: ${1:inputs.items}\n    as: ${2:item}\n    steps:\n      - $0'],
  },
  {
    what: 'a loop that has its steps',
    text: `${head}steps:\n  - for‸\n    steps: []\n`,
    snippet: ['for-each', 'for-each: ${1:inputs.items}\n    as: ${2:item}'],
  },
  {
    what: 'keys of a loop',
    text: `${head}steps:\n  - for-each: inputs.x\n    ‸\n`,
    has: ['as', 'steps', 'max-parallel'],
    hasNot: ['fail-fast', 'run', 'with', 'repeat'],
  },
  { what: 'keys of a branch of switch', text: `${head}steps:\n  - switch:\n      - if: true\n        ‸`, only: ['steps', 'else'] },
  {
    what: 'steps of a branch of switch',
    text: `${head}steps:\n  - switch:\n      - if: true\n        steps:\n          - ‸`,
    has: ['run', 'wait', 'set'],
  },
  { what: 'keys of a fallback step', text: `${head}steps:\n  - run: a\n    fallback:\n      ‸`, has: ['run', 'uses'] },
  { what: 'keys of a fallback list', text: `${head}steps:\n  - run: a\n    fallback:\n      - ‸`, has: ['run', 'uses'] },
  { what: 'kinds of targets', text: `${head}targets:\n  edge:\n    type: ‸`, has: ['local', 'ssh', 'postgres', 'mysql', 'http'] },
  {
    what: 'keys of an SSH target',
    text: `${head}targets:\n  edge:\n    type: ssh\n    ‸`,
    has: ['host', 'user', 'port', 'key', 'fingerprint'],
    hasNot: ['type', 'database', 'url'],
  },
  { what: 'keys of a database target', text: `${head}targets:\n  db: { type: postgres, ‸ }`, has: ['database'], hasNot: ['jump'] },
  { what: 'kinds of triggers', text: `${head}triggers:\n  - ‸`, only: ['alert', 'schedule'] },
  { what: 'keys of a schedule', text: `${head}triggers:\n  - schedule:\n      ‸`, has: ['cron', 'timezone'] },
  {
    what: 'inputs of the runbook in a trigger',
    text: `${head}${inputs}triggers:\n  - alert:\n      source: x\n      with:\n        ‸`,
    only: ['host', 'port'],
  },
  {
    what: 'inputs of the runbook in a schedule',
    text: `${head}${inputs}triggers:\n  - schedule:\n      cron: "0 3 * * *"\n      with: { ‸ }\n`,
    only: ['host', 'port'],
  },
  {
    what: 'parameters for later attempts',
    text: `${head}steps:\n  - uses: http/request\n    with: { url: a }\n    retry: { with: { ‸ } }\n`,
    has: ['url', 'method'],
  },
  {
    what: 'nothing for what is not known',
    text: `${head}steps:\n  - uses: no/such\n    with:\n      ‸`,
    only: [],
  },
  {
    what: 'a key of a step behind a container that has ended',
    text: `${head}steps:\n  - parallel:\n      - run: a\n    ‸\n`,
    has: ['max-parallel', 'fail-fast', 'undo'],
    hasNot: ['run', 'with'],
  },
  {
    what: 'names of targets',
    text: `${head}targets:\n  edge: { type: ssh, host: a }\nsteps:\n  - run: echo\n    target: ‸`,
    only: ['edge', 'shared', 'local'],
  },
  {
    what: 'names of steps of the same list that can be needed',
    text: `${head}steps:\n  - { id: one, run: echo }\n  - id: box\n    parallel:\n      - { id: inner, run: echo }\n  - id: two\n    needs: [one, ‸]\n    run: echo\n`,
    only: ['box'],
  },
  {
    what: 'runbooks that can be called',
    text: `${head}steps:\n  - call: ‸`,
    only: ['./other.runbook.yaml'],
    snippet: ['./other.runbook.yaml', './other.runbook.yaml\n    with:\n      host: $1\n      mode: ${2|dry,real|}$0'],
  },
  {
    what: 'inputs of a called runbook',
    text: `${head}steps:\n  - call: ./other.runbook.yaml\n    with:\n      ‸`,
    only: ['host', 'mode', 'port'],
  },
  {
    what: 'choices of an input of a called runbook',
    text: `${head}steps:\n  - call: ./other.runbook.yaml\n    with: { mode: ‸ }`,
    only: ['dry', 'real'],
  },
  {
    what: 'outputs of a called runbook',
    text: `${head}steps:\n  - { id: sub, call: ./other.runbook.yaml }\n  - run: echo\n    if: steps.sub.outputs.‸`,
    only: ['answer'],
  },
  {
    what: 'an action with the inputs it needs',
    text: `${head}steps:\n  - id: a\n    uses: ‸\n`,
    snippet: ['http/request', 'http/request\n    with:\n      url: $1$0'],
  },
  {
    what: 'an action in flow style',
    text: `${head}steps:\n  - { uses: ‸ }\n`,
    snippet: ['http/request', 'http/request, with: { url: $1 }'],
  },
  { what: 'an action that has its inputs', text: `${head}steps:\n  - uses: ‸\n    with: {}\n`, snippet: ['http/request', undefined] },
  { what: 'tools of an agent', text: `${head}steps:\n  - agent:\n      goal: x\n      tools: [‸]\n`, has: ['http/request'] },
  {
    what: 'secrets that are referred to and not declared',
    text: `${head}secrets: [‸]\nsteps:\n  - run: echo\n    env: { A: "\${{ secrets.edge_key }}" }\n`,
    only: ['edge_key'],
  },
  {
    what: 'the loop variable',
    text: `${head}steps:\n  - for-each: inputs.x\n    as: host\n    steps:\n      - run: echo\n        if: ‸\n`,
    has: ['host', 'inputs', 'success'],
  },
  {
    what: 'no loop variable outside',
    text: `${head}steps:\n  - for-each: inputs.x\n    as: host\n    steps:\n      - run: echo\n  - run: echo\n    if: ‸\n`,
    hasNot: ['host'],
  },
  {
    what: 'steps of the branch itself and of those before',
    text: `${head}steps:\n  - { id: one, run: a }\n  - parallel:\n      - { id: left, run: a }\n      - id: right\n        run: b\n        if: steps.‸\n  - { id: late, run: c }\n`,
    only: ['one'],
  },
  {
    what: 'the body in the condition of its loop',
    text: `${head}steps:\n  - repeat:\n      until: steps.‸\n    steps:\n      - { id: probe, run: a }\n`,
    only: ['probe'],
  },
  {
    what: 'what set sets',
    text: `${head}steps:\n  - { id: v, set: { size: 1 } }\n  - run: echo\n    if: steps.v.outputs.‸\n`,
    only: ['size'],
  },
  {
    what: 'an expression over a list',
    text: `${head}${inputs}steps:\n  - for-each: inputs.‸\n    steps: []\n`,
    only: ['host', 'port'],
  },
  {
    what: 'a function with its parentheses',
    text: `${head}steps:\n  - run: echo\n    if: cont‸\n`,
    snippet: ['contains', 'contains($1)$0'],
  },
];

const around: Surroundings = {
  targets: [
    { name: 'shared', type: 'http', file: '/w/.runwright/targets.yaml', range: { start: 0, end: 6 } },
    { name: 'EDGE', type: 'http', file: '/w/.runwright/targets.yaml', range: { start: 0, end: 6 } },
  ],
  called: (path) =>
    path === './other.runbook.yaml'
      ? {
          file: '/w/other.runbook.yaml',
          name: 'Other',
          inputs: {
            host: { type: 'string', required: true },
            mode: { type: 'choice', options: ['dry', 'real'], required: true },
            port: { type: 'integer', default: 22 },
          },
          outputs: ['answer'],
          broken: false,
          calls: [],
        }
      : 'missing',
};
const world: World = { around, others: { ...noOthers, callable: () => ['./other.runbook.yaml'] } };

describe('completion', () => {
  for (const { what, text: source, has = [], hasNot = [], only, take, snippet } of cases) {
    it(what, () => {
      const { text, offset } = atCursor(source);
      const items = complete(analyse(text, { actions: builtInActions, around }), offset, world);
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
      if (snippet) assert.equal(items.find(({ label }) => label === snippet[0])?.snippet, snippet[1]);
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
