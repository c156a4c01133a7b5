import { contextNames } from '../core/expression.ts';
import type { Finding, Rule } from '../rule.ts';
import { stepLists } from '../steps.ts';
import { stringOf, valueIn } from '../syntax/tree.ts';

/** Paths of steps begin with these. */
const prefixes: readonly string[] = [...stepLists.slice(1), 'undo', 'fallback'];

/** Values of the expression language itself. */
const words: readonly string[] = ['null', 'true', 'false', 'nan', 'infinity'];
const taken: readonly string[] = [...contextNames.filter((name) => name !== 'item'), ...words];

export const reservedName: Rule = {
  code: 'reserved-name',
  severity: 'error',
  structural: true,
  doc: 'The name has a meaning already: `as` cannot take the name of a context such as `inputs` or a word such as `null`, because expressions in the loop could not tell them apart, and a step that calls a runbook cannot have the id `verify`, `on-failure`, `on-cancel`, `finally`, `undo` or `fallback`, because paths of steps begin with these.',
  *check({ steps }): Generator<Finding> {
    for (const step of steps) {
      const { node, verb, id } = step;
      const as = valueIn(node, 'as');
      const name = stringOf(as);
      if (as && name !== undefined && taken.includes(name.toLowerCase()))
        yield { range: as.range, message: `\`${name}\` is a word of expressions; give the item another name.` };
      if (id && verb === 'call' && prefixes.includes(step.path))
        yield { range: id.node.range, message: `\`${id.name}\` cannot be the id of a call: paths of other steps begin with it.` };
    }
  },
  bad: [
    'inputs: { hosts: { type: list } }\nsteps:\n  - { for-each: inputs.hosts, as: <<"null">>, steps: [ { run: echo } ] }\n',
    'inputs: { hosts: { type: list } }\nsteps:\n  - { for-each: inputs.hosts, as: <<target>>, steps: [ { run: echo } ] }\n',
    'steps:\n  - { id: <<verify>>, call: ./restart.runbook.yaml, with: { service: web } }\n',
  ],
  good: ['inputs: { hosts: { type: list } }\nsteps:\n  - { id: verify, for-each: inputs.hosts, as: item, steps: [ { run: echo } ] }\n'],
};
