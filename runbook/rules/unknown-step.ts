import { type ExpressionSite, readerOf } from '../expressions.ts';
import type { Facts, Finding, Rule } from '../rule.ts';
import { type Unseen, unseen } from '../sees.ts';
import { didYouMean, similar } from '../similar.ts';
import { stepReferences } from './support/steps.ts';

export const unknownStep: Rule = {
  code: 'unknown-step',
  severity: 'error',
  doc: 'The expression refers to a step that does not exist, or that has not run when the expression is evaluated: a later one, one in another branch, the step itself. A step sees those before it and what was in them, except the inside of `for-each`; with `needs` those that it waits for. `verify`, `on-failure`, `finally`, `undo` and the outputs of the runbook see all of `steps`. Only a step with an `id` can be referred to.',
  *check(facts): Generator<Finding> {
    // Without a list of steps every reference would be wrong, and the list has its own diagnostic.
    if (!facts.whole.any('steps')) return;
    for (const { site, segment, target } of stepReferences(facts)) {
      const range = site.locate(segment.start, segment.end);
      if (target) {
        const why = unseen(target, site.step, readerOf(site), facts.whole);
        if (why) yield { range, message: `The step \`${segment.name}\` ${reasons[why]}.` };
        continue;
      }
      const by = similar(segment.name, visible(facts, site));
      yield {
        range,
        message: `There is no step with the id \`${segment.name}\`.${didYouMean(by)}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: [
    "steps:\n  - { id: check, run: echo }\n  - run: echo\n    if: steps.<<chekc>>.outputs.stdout != '0'\n",
    'steps:\n  - run: echo\n    env: { A: "${{ steps.<<late>>.outputs.stdout }}" }\n  - { id: late, run: echo }\n',
    'steps:\n  - id: self\n    run: echo\n    env: { A: "${{ steps.<<self>>.outcome }}" }\n',
    'inputs: { hosts: { type: list } }\nsteps:\n  - for-each: inputs.hosts\n    steps: [ { id: ping, run: echo } ]\n  - parallel: [ { id: one, run: echo }, { id: two, run: echo, env: { A: "${{ steps.<<one>>.outputs.stdout }}" } } ]\n  - { run: echo, env: { A: "${{ steps.<<ping>>.outputs.stdout }}" } }\n  - { run: echo, needs: [], if: steps.<<one>>.outcome == \'success\' }\n',
    'steps:\n  - run: echo\noutputs:\n  x: |\n    a\n    ${{ steps.<<no>>.outputs.stdout }}\n',
  ],
  good: [
    'inputs: { hosts: { type: list } }\nsteps:\n  - id: each\n    for-each: inputs.hosts\n    steps: [ { id: ping, run: echo }, { run: echo, if: steps.ping.outcome == \'success\' } ]\n  - parallel: [ { id: one, run: echo }, { id: two, run: echo } ]\n  - run: echo\n    env: { A: "${{ toJSON(steps.each.outputs.items) }} ${{ steps.one.outputs.stdout }}" }\n',
    'steps:\n  - id: a\n    run: echo\n    undo: { run: echo, env: { A: "${{ steps.a.outputs.stdout }}" } }\nfinally:\n  - run: echo\n    if: steps.A.outcome == \'success\'\noutputs: { x: "${{ steps.a.outputs.stdout }}" }\n',
  ],
};

const reasons: Readonly<Record<Unseen, string>> = {
  self: 'is this very step; use `result` in its `outputs`',
  around: 'is around this one and has not ended, so it has no outputs yet',
  later: 'runs later, so it has no outputs yet',
  branch: 'is in another branch, which may not have run',
  loop: 'runs once for each item; from outside read `outputs.items` of its loop',
  'not-needed': 'may not have ended: this step does not wait for it; add it to `needs`',
};

function visible({ whole }: Facts, site: ExpressionSite): string[] {
  return whole.steps().flatMap((step) => (step.id && !unseen(step, site.step, readerOf(site), whole) ? [step.id.name] : []));
}
