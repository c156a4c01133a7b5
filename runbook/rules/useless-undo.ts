import type { Finding, Rule } from '../rule.ts';
import { isUndone, type StepFact } from '../steps.ts';
import { entryOf } from '../syntax/tree.ts';
import { verbOf } from './support/verbs.ts';

const words: Readonly<Record<string, string>> = {
  approve: 'a question changes nothing',
  wait: 'waiting changes nothing',
  set: 'setting values changes nothing outside the run',
};

export const uselessUndo: Rule = {
  code: 'useless-undo',
  severity: 'warning',
  doc: 'There is nothing to undo: the step changes nothing, or it is an undo itself, which is never taken back.',
  *check({ steps, actions }): Generator<Finding> {
    for (const step of steps) {
      const undo = entryOf(step.node, 'undo');
      if (!undo) continue;
      const why = reason(step, actions.get(step.uses ?? '')?.risk === 'low');
      if (why) yield { range: undo.key.range, message: `There is nothing to undo: ${why}.` };
    }
  },
  bad: [
    'steps:\n  - approve: true\n    <<undo>>: { run: echo }\n  - set: { a: 1 }\n    <<undo>>: { run: echo }\n',
    'steps:\n  - uses: sql/query\n    with: { query: SELECT 1 }\n    target: db\n    <<undo>>: { run: echo }\n',
    'steps:\n  - run: echo\n    undo:\n      run: echo\n      <<undo>>: { run: echo }\n',
  ],
  good: ['steps:\n  - run: touch flag\n    approve: true\n    undo: { run: rm flag }\n'],
};

function reason(step: StepFact, reads: boolean): string | undefined {
  if (isUndone(step)) return 'this is part of an `undo`, and that is never taken back';
  if (step.verb === 'uses' && reads) return `${step.uses ?? ''} only reads`;
  return words[verbOf(step) ?? ''];
}
