import type { Finding, Rule } from '../rule.ts';
import { entryOf, itemsOf, type Node, valueIn } from '../syntax/tree.ts';
import { headOf } from './support/schema.ts';

/** Texts of a step that are shown as they stand, or are looked up before a run. */
const stepKeys = ['name', 'description', 'call'] as const;

export const literalExpression: Rule = {
  code: 'literal-expression',
  severity: 'warning',
  doc: 'Expressions have no effect in names and descriptions, in paths behind `call`, and in defaults of inputs: the text is taken as it stands, with its braces.',
  *check(facts): Generator<Finding> {
    const places = [
      ...['name', 'description'].map((key) => valueIn(facts.root, key)),
      ...facts.inputs.flatMap(({ node }) => [valueIn(node, 'default'), valueIn(node, 'description')]),
      ...facts.targets.map(({ node }) => valueIn(node, 'description')),
      ...facts.steps.flatMap(({ node }) => [
        ...stepKeys.map((key) => valueIn(node, key)),
        valueIn(valueIn(node, 'agent'), 'model'),
        ...itemsOf(entryOf(entryOf(node, 'approve')?.value, 'approvers')?.value),
      ]),
    ];
    for (const node of places)
      if (holdsExpression(node))
        yield { range: headOf(facts, node), message: 'Expressions have no effect here: the text is taken as it stands.' };
  },
  bad: [
    'inputs: { host: { default: <<"${{ run.id }}">> } }\nsteps:\n  - name: <<Restart ${{ inputs.host }}>>\n    run: echo\n',
    'name: <<"Restart ${{ inputs.host }}">>\ninputs: { host: {} }\nsteps:\n  - approve: { approvers: [ <<"${{ inputs.host }}">> ] }\n',
  ],
  good: [
    'inputs: { host: {} }\nsteps:\n  - name: Restart the host\n    approve: { message: "Restart ${{ inputs.host }}?" }\n    run: echo\n',
  ],
};

function holdsExpression(node: Node | undefined): node is Node {
  return node?.kind === 'scalar' && typeof node.value === 'string' && /\$\{\{.*\}\}/s.test(node.value);
}
