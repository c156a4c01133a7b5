import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { exampleSurroundings } from '../support/example-surroundings.ts';
import { withEdits } from '../support/marked.ts';
import { fixes } from './fixes.ts';

const head = 'runbook: v1\nname: n\ninputs: { host: {}, port: {} }\n';

interface Case {
  readonly what: string;
  readonly code: string;
  readonly before: string;
  /** After the first fix of the first diagnostic with the code; undefined: none is offered. */
  readonly after?: string;
  /** The code is gone afterwards, and nothing else is wrong. */
  readonly clean?: boolean;
}

const cases: readonly Case[] = [
  {
    what: 'a mistyped key',
    code: 'unknown-key',
    before: 'steps:\n  - run: echo\n    timout: 5s\n',
    after: 'steps:\n  - run: echo\n    timeout: 5s\n',
  },
  {
    what: 'a mistyped value',
    code: 'wrong-value',
    before: 'risk: "hgih" # bad\nsteps:\n  - run: echo\n',
    after: 'risk: high # bad\nsteps:\n  - run: echo\n',
  },
  {
    what: 'a mistyped step',
    code: 'unknown-step',
    before: "steps:\n  - { id: check, run: echo }\n  - run: echo\n    if: steps.chekc.outputs.stdout != '0'\n",
    after: "steps:\n  - { id: check, run: echo }\n  - run: echo\n    if: steps.check.outputs.stdout != '0'\n",
  },
  {
    what: 'a mistyped input in quotes',
    code: 'unknown-input',
    before: 'steps:\n  - run: echo\n    env: { A: "\\t${{ inputs.hots }}" }\n',
    after: 'steps:\n  - run: echo\n    env: { A: "\\t${{ inputs.host }}" }\n',
  },
  {
    what: 'an input that a called runbook needs',
    code: 'call-input',
    before: 'steps:\n  - call: ./restart.runbook.yaml\n',
    after: 'steps:\n  - call: ./restart.runbook.yaml\n    with:\n      service: ""\n',
    clean: true,
  },
  {
    what: 'a comparison with a text that is none',
    code: 'never-equal',
    before: "steps:\n  - { id: check, run: echo }\n  - run: echo\n    if: steps.check.outcome == 'succes'\n",
    after: "steps:\n  - { id: check, run: echo }\n  - run: echo\n    if: steps.check.outcome == 'success'\n",
    clean: true,
  },
  {
    what: 'a duration without unit',
    code: 'invalid-duration',
    before: 'steps:\n  - run: echo\n    timeout: 30\n',
    after: 'steps:\n  - run: echo\n    timeout: 30s\n',
  },
  {
    what: 'an expression in a plain script',
    code: 'script-interpolation',
    before: 'steps:\n  - run: ping ${{ inputs.host }} -c 1\n',
    after: 'steps:\n  - env:\n      HOST: ${{ inputs.host }}\n    run: ping "$HOST" -c 1\n',
  },
  {
    what: 'an expression at the very start of a plain script',
    code: 'script-interpolation',
    before: "steps:\n  - id: a\n    run: ${{ inputs.host }} 'x' now\n",
    after: "steps:\n  - id: a\n    env:\n      HOST: ${{ inputs.host }}\n    run: '\"$HOST\" ''x'' now'\n",
  },
  {
    what: 'an expression in a block, inside double quotes, with an env already there',
    code: 'script-interpolation',
    before: 'steps:\n  - run: |\n      # it\'s\n      ping "a ${{ inputs.host }} b"\n    env:\n      A: 1 # one\n    timeout: 5s\n',
    after:
      'steps:\n  - run: |\n      # it\'s\n      ping "a ${HOST} b"\n    env:\n      A: 1 # one\n      HOST: ${{ inputs.host }}\n    timeout: 5s\n',
  },
  {
    what: 'an expression inside single quotes of the script',
    code: 'script-interpolation',
    before: "steps:\n  - run: |\n      ping 'a ${{ inputs.host }}'\n",
    after: "steps:\n  - env:\n      HOST: ${{ inputs.host }}\n    run: |\n      ping 'a '\"$HOST\"''\n",
  },
  {
    what: 'an expression that env holds already',
    code: 'script-interpolation',
    before: 'steps:\n  - run: ping ${{ inputs.host }}\n    env: { TO: "${{inputs.host}}" }\n',
    after: 'steps:\n  - run: ping "$TO"\n    env: { TO: "${{inputs.host}}" }\n',
  },
  {
    what: 'an expression in a flow step, in a double-quoted script',
    code: 'script-interpolation',
    before: 'env: { HOST: x }\nsteps:\n  - { id: a, run: "ping ${{ inputs.host }}" }\n',
    after: 'env: { HOST: x }\nsteps:\n  - { id: a, env: { HOST_2: "${{ inputs.host }}" }, run: "ping \\"$HOST_2\\"" }\n',
  },
  {
    what: 'an expression in a heredoc is left to the author',
    code: 'script-interpolation',
    before: 'steps:\n  - run: |\n      cat <<EOF\n      ${{ inputs.host }}\n      EOF\n',
  },
  {
    what: 'an expression in a program of unknown language is left to the author',
    code: 'script-interpolation',
    before: 'steps:\n  - shell: [perl]\n    run: print ${{ inputs.host }}\n',
  },
  {
    what: 'missing inputs of an action',
    code: 'action-input',
    before: 'steps:\n  - uses: http/request # ask\n    timeout: 5s\n',
    after: 'steps:\n  - uses: http/request # ask\n    with:\n      url: ""\n    timeout: 5s\n',
    clean: false,
  },
  {
    what: 'missing inputs where some are given',
    code: 'action-input',
    before: 'steps:\n  - uses: http/request\n    with:\n      method: GET\n\n  - run: echo\n',
    after: 'steps:\n  - uses: http/request\n    with:\n      method: GET\n      url: ""\n\n  - run: echo\n',
    clean: false,
  },
  {
    what: 'missing inputs in flow style',
    code: 'action-input',
    before: 'steps:\n  - { uses: http/request, with: { method: GET } }\n',
    after: 'steps:\n  - { uses: http/request, with: { method: GET, url: "" } }\n',
    clean: false,
  },
  { what: 'tabs', code: 'tab-indentation', before: 'steps:\n\t- run: a\n', after: 'steps:\n  - run: a\n' },
  {
    what: 'a secret that is not declared',
    code: 'unknown-secret',
    before: 'steps:\n  - run: a\n    env: { K: "${{ secrets.key }}" }\n',
    after: 'secrets: [key]\nsteps:\n  - run: a\n    env: { K: "${{ secrets.key }}" }\n',
  },
  {
    what: 'a secret beside others',
    code: 'unknown-secret',
    before: 'secrets:\n  - one # first\nsteps:\n  - run: a\n    env: { K: "${{ secrets.key }} ${{ secrets.one }}" }\n',
    after: 'secrets:\n  - one # first\n  - key\nsteps:\n  - run: a\n    env: { K: "${{ secrets.key }} ${{ secrets.one }}" }\n',
  },
  {
    what: 'an id that is taken',
    code: 'duplicate-step-id',
    before: 'steps:\n  - { id: a, run: x }\n  - { id: a-2, run: x }\n  - { id: A, run: x }\n',
    after: 'steps:\n  - { id: a, run: x }\n  - { id: a-2, run: x }\n  - { id: A-3, run: x }\n',
  },
  { what: 'no steps', code: 'missing-key', before: 'x-note: a\n', after: 'x-note: a\nsteps:\n  - run: echo hello\n' },
  {
    what: 'a hint that is meant so',
    code: 'disabled-step',
    before: 'steps:\n  - run: |\n      echo\n    if: false\n',
    after: 'steps:\n  - run: |\n      echo\n    # runwright-ignore: disabled-step\n    if: false\n',
  },
];

describe('quick fixes', () => {
  it('declare an input, in a section of its own or beside others', () => {
    const declared = (inputs: string) => {
      const text = `runbook: v1\nname: n\n${inputs}steps:\n  - run: a\n    if: inputs.way\n`;
      const analysis = analyse(text, { actions: builtInActions, around: exampleSurroundings });
      const fix = fixes(analysis, 0, text.length).find(({ title }) => title === 'Declare the input `way`');
      return withEdits(text, fix?.edits ?? []).slice('runbook: v1\nname: n\n'.length, -'steps:\n  - run: a\n    if: inputs.way\n'.length);
    };
    assert.equal(declared(''), 'inputs:\n  way: { type: string, required: true }\n');
    assert.equal(declared('inputs: { a: {} }\n'), 'inputs: { a: {}, way: { type: string, required: true } }\n');
    assert.equal(declared('inputs:\n  a: {} # one\n\n'), 'inputs:\n  a: {} # one\n  way: { type: string, required: true }\n\n');
  });

  it('begin an empty file', () => {
    const analysis = analyse('# new\n', { actions: builtInActions, around: exampleSurroundings });
    const [fix] = fixes(analysis, 0, 6);
    const text = withEdits('# new\n', fix?.edits ?? []);
    assert.deepEqual(
      [text.startsWith('# new\nrunbook: v1\n'), analyse(text, { actions: builtInActions, around: exampleSurroundings }).diagnostics],
      [true, []],
    );
  });

  for (const { what, code, before, after, clean = true } of cases) {
    for (const lineBreak of ['\n', '\r\n']) {
      it(`${what} (${lineBreak === '\n' ? 'LF' : 'CRLF'})`, () => {
        const text = (head + before).replaceAll('\n', lineBreak);
        const analysis = analyse(text, { actions: builtInActions, around: exampleSurroundings });
        const diagnostic = analysis.diagnostics.find((one) => one.code === code);
        assert.ok(diagnostic, JSON.stringify(analysis.diagnostics));
        const [fix] = fixes(analysis, diagnostic.range.start, diagnostic.range.start).filter((one) => one.diagnostic === diagnostic);
        if (after === undefined) return assert.equal(fix, undefined);
        assert.ok(fix, 'no fix is offered');
        const fixed = withEdits(text, fix.edits);
        assert.equal(fixed, (head + after).replaceAll('\n', lineBreak));
        if (clean) assert.deepEqual(analyse(fixed, { actions: builtInActions, around: exampleSurroundings }).diagnostics, []);
      });
    }
  }
});
