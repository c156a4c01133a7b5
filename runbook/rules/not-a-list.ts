import type { Finding, Rule } from '../rule.ts';
import { knownOf } from '../types.ts';

const words: Readonly<Record<string, string>> = {
  string: 'a text: make it a list, for example with `fromJSON(…)`',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
};

export const notAList: Rule = {
  code: 'not-a-list',
  severity: 'error',
  doc: '`for-each` takes an expression that gives a list: an input of type `list`, an output that is one, or `fromJSON(…)` of a text.',
  *check(facts): Generator<Finding> {
    for (const { place, parsed, range } of facts.expressions) {
      if (place !== 'for-each' || !parsed.ok) continue;
      const why = words[knownOf(parsed.expr, facts).type];
      if (why) yield { range, message: `\`for-each\` needs a list; this is ${why}.` };
    }
  },
  bad: [
    'inputs: { hosts: {}, n: { type: integer } }\nsteps:\n  - { for-each: <<inputs.hosts>>, steps: [ { run: echo } ] }\n  - { for-each: <<inputs.n>>, steps: [ { run: echo } ] }\n',
    'steps:\n  - { id: find, run: ls }\n  - for-each: <<steps.find.outputs.stdout>>\n    steps: [ { run: echo } ]\n',
    'steps:\n  - for-each: "<<${{ format(\'a,b\') }}>>"\n    steps: [ { run: echo } ]\n',
  ],
  good: [
    'inputs: { hosts: { type: list } }\nsteps:\n  - { id: find, run: ls }\n  - for-each: inputs.hosts\n    as: host\n    steps: [ { run: echo "$H", env: { H: "${{ host }}" } } ]\n  - for-each: fromJSON(steps.find.outputs.stdout)\n    steps: [ { run: echo "$H", env: { H: "${{ item.name }}" } } ]\n',
  ],
};
