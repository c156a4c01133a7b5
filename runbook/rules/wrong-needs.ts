import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { together } from '../steps.ts';
import { itemsOf, stringOf, valueIn } from '../syntax/tree.ts';

export const wrongNeeds: Rule = {
  code: 'wrong-needs',
  severity: 'error',
  structural: true,
  doc: '`needs` lists ids of other steps of the same list, and steps cannot wait for each other in a circle. A step without `needs` waits for the one before it.',
  *check({ steps, whole }): Generator<Finding> {
    for (const step of steps) {
      for (const item of itemsOf(valueIn(step.node, 'needs'))) {
        const id = stringOf(item);
        if (id === undefined) continue;
        const target = whole.step(id);
        // Here case counts.
        const known = target?.id?.name === id;
        if (known && target === step) yield { range: item.range, message: `The step \`${id}\` cannot wait for itself.` };
        else if (!known || !target) {
          const by = similar(
            id,
            whole.steps().flatMap((one) => (one.id && together(one, step) ? [one.id.name] : [])),
          );
          yield {
            range: item.range,
            message: `There is no step with the id \`${id}\`.${didYouMean(by)}`,
            fix: by.length > 0 ? { kind: 'replace', by } : undefined,
          };
        } else if (!together(target, step)) {
          yield { range: item.range, message: `\`${id}\` stands in another list. \`needs\` names steps of its own list.` };
        } else if (whole.comesFirst(step, target)) {
          yield { range: item.range, message: `\`${id}\` waits for this step, so neither would ever start.` };
        }
      }
    }
  },
  bad: [
    'steps:\n  - { id: a, run: echo, needs: [<<a>>] }\n',
    'steps:\n  - { id: first, run: echo }\n  - { id: second, run: echo, needs: [<<frist>>] }\n  - parallel: [ { id: inner, run: echo, needs: [<<first>>] } ]\n',
    'steps:\n  - { id: a, run: echo, needs: [<<c>>] }\n  - { id: b, run: echo }\n  - { id: c, run: echo, needs: [<<b>>] }\n',
  ],
  good: ['steps:\n  - { id: a, run: echo }\n  - { id: b, run: echo, needs: [] }\n  - { id: c, run: echo, needs: [a, b] }\n'],
};
