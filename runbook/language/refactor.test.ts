import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { marked, withEdits } from '../support/marked.ts';
import { fixAll } from './fixes.ts';
import { refactorings } from './refactor.ts';

const head = 'runbook: v1\nname: n\n';

function offers(source: string) {
  const { text, ranges } = marked(head + source);
  const [range] = ranges;
  const analysis = analyse(text, { actions: builtInActions });
  const found = refactorings(analysis, range?.start ?? 0, range?.end ?? 0);
  return {
    titles: found.map(({ title }) => title),
    take: (title: RegExp) => {
      const one =
        found.find((each) => title.test(each.title)) ?? assert.fail(`no ${title} in ${found.map((each) => each.title).join(', ')}`);
      return { text: withEdits(text, one.edits).slice(head.length), action: one.action };
    },
  };
}

describe('refactoring', () => {
  it('adds what a step lacks, in its own style', () => {
    const block = 'steps:\n  - id: a # note\n    r<<>>un: |\n      echo\n\n  - run: b\n';
    assert.equal(
      offers(block).take(/`retry`/).text,
      'steps:\n  - id: a # note\n    run: |\n      echo\n    retry: { attempts: 3, delay: 5s }\n\n  - run: b\n',
    );
    const flow = 'steps:\n  - { run: e<<>>cho }\n';
    assert.equal(offers(flow).take(/`approve`/).text, 'steps:\n  - { run: echo, approve: { message: "Go on?", timeout: 30m } }\n');
    assert.deepEqual(offers('steps:\n  - { run: e<<>>cho, undo: { run: x }, retry: {}, timeout: 1s, approve: true }\n').titles, []);
  });

  it('leaves a file without problems of its own making', () => {
    for (const key of ['approve', 'retry', 'timeout', 'undo']) {
      const { text } = offers('steps:\n  - ru<<>>n: echo\n').take(new RegExp(`\`${key}\``));
      assert.deepEqual(analyse(head + text, { actions: builtInActions }).diagnostics, [], key);
    }
  });

  it('runs selected steps at the same time', () => {
    const { text } = offers('steps:\n  # first\n  - i<<d: a\n    run: |\n      echo\n\n        deep\n  - run>>: b\n  - run: c\n').take(
      /same time/,
    );
    assert.equal(
      text,
      'steps:\n  # first\n  - parallel:\n      - id: a\n        run: |\n          echo\n\n            deep\n      - run: b\n  - run: c\n',
    );
    assert.deepEqual(analyse(head + text, { actions: builtInActions }).diagnostics, []);
  });

  it('does not run at the same time what reads the other, or says what it needs', () => {
    const none = (source: string) => assert.ok(!offers(source).titles.some((title) => /same time/.test(title)), source);
    none("steps:\n  - id: <<a\n    run: a\n  - if: steps.a.outcome == 'success'\n    run: >>b\n");
    none('steps:\n  - id: <<a\n    run: a\n  - needs: []\n    run: >>b\n');
    none('steps:\n  - id: a\n    r<<>>un: a\n');
    none('steps: [{ run: <<a }, { run: >>b }]\n');
  });

  it('makes an action of a script, with what it reads as inputs', () => {
    const { text, action } = offers(
      'inputs: { ip: {} }\nsteps:\n  - id: probe\n    name: Probe it\n    env:\n      IP: "${{ inputs.ip }}"\n    timeout: 5s\n    r<<>>un: |\n      ping "$IP"\n\n      echo ok\n  - run: b\n',
    ).take(/Extract/);
    assert.equal(
      text,
      'inputs: { ip: {} }\nsteps:\n  - id: probe\n    name: Probe it\n    uses: own/probe\n    with:\n      ip: "${{ inputs.ip }}"\n    timeout: 5s\n  - run: b\n',
    );
    assert.equal(action?.name, 'own/probe');
    assert.match(
      action?.text ?? '',
      /^name: own\/probe\ndescription: "Probe it"\nrisk: medium\ninputs:\n {2}ip: .*\nenv:\n {2}IP: \$\{\{ inputs\.ip \}\}\nscript: \|\n {2}ping "\$IP"\n\n {2}echo ok\noutputs:\n {2}stdout:/,
    );
  });

  it('makes no action where something would be lost', () => {
    for (const step of [
      'run: a\n    working-directory: x',
      'env: { A: 1, a: 2 }\n    run: a',
      'env:\n      A: 1 # why\n    run: a',
      'uses: http/request',
    ]) {
      assert.ok(!offers(`steps:\n  - id: <<>>s\n    ${step}\n`).titles.some((title) => /Extract/.test(title)), step);
    }
  });

  it('converts what was pasted from GitHub Actions, and says what it cannot', () => {
    for (const indent of ['', '  ']) {
      const pasted = [
        '- uses: actions/checkout@v4 # get it',
        '  with:',
        '    fetch-depth: 0',
        '',
        '- name: Test',
        '  run: npm te<<>>st',
        '  timeout-minutes: 5',
        '  continue-on-error: true',
      ];
      const converted = [
        '# `actions/checkout@v4` is an action of GitHub and cannot be converted:',
        '# - uses: actions/checkout@v4 # get it',
        '#   with:',
        '#     fetch-depth: 0',
        '',
        '- name: Test',
        '  run: npm test',
        '  timeout: 5m',
        '  on-error: continue',
      ];
      const list = (rows: readonly string[]) => `steps:\n${rows.map((row) => (row === '' ? row : indent + row)).join('\n')}\n`;
      const { text } = offers(list(pasted)).take(/GitHub/);
      assert.equal(text, list(converted));
      assert.deepEqual(analyse(head + text, { actions: builtInActions }).diagnostics, []);
    }
  });

  it('has nothing for a file that cannot be read as a whole', () => {
    assert.deepEqual(offers('steps:\n  - r<<>>un: a\nx: [}\n').titles, []);
  });
});

describe('fix all', () => {
  it('mends every problem that has one right answer, once', () => {
    const text = `${head}stps:\n  - rum: a\n    timeout: 5\n`;
    assert.equal(withEdits(text, fixAll(analyse(text, { actions: builtInActions }))), `${head}steps:\n  - rum: a\n    timeout: 5\n`);
    const steps = `${head}steps:\n  - run: a\n    timout: 5s\n  - runn: b\n    timeout: 5\n`;
    assert.equal(
      withEdits(steps, fixAll(analyse(steps, { actions: builtInActions }))),
      `${head}steps:\n  - run: a\n    timeout: 5s\n  - run: b\n    timeout: 5\n`,
    );
  });
});
