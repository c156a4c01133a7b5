import type { Finding, Rule } from '../rule.ts';
import { given, typeWords } from '../schema/words.ts';
import { errorsOf, headOf } from './support/schema.ts';

export const wrongType: Rule = {
  code: 'wrong-type',
  severity: 'error',
  structural: true,
  doc: 'The value is of another kind than the key takes: text where a list is wanted, nothing where text is wanted. Text that looks like a number or like `true` needs quotes.',
  *check(facts): Generator<Finding> {
    for (const { node, key, pointer, params } of errorsOf(facts, 'type')) {
      if (node.kind === 'scalar' && node.value === null && facts.broken(node.range)) continue;
      // A number without a unit has its own diagnostic.
      if (key === 'wait' && node.kind === 'scalar' && node.value !== null) continue;
      const types = params.type as string | string[];
      const quotes = types === 'string' && node.kind === 'scalar' && node.value !== null ? ' Put it in quotes.' : '';
      const subject = pointer === '' ? 'A runbook' : /\/\d+$/.test(pointer) ? `Each item of \`${key}\`` : `\`${key}\``;
      const range = headOf(facts, node);
      yield { range, message: `${subject} must be ${typeWords(types)}; this is ${given(node)}.${quotes}` };
    }
  },
  bad: [
    'steps:\n  - run: <<42>>\n',
    'steps: <<echo>>\n',
    '<<just some text>> # runbook:',
    'name: <<7>>\nsteps:\n  - run: echo\n    idempotent: <<"yes">>\n',
    'steps:\n  - <<echo>>\n',
    'steps:\n  - run: echo\n    env: { A: <<[1]>> }\n',
  ],
  good: ['name: "7"\nsteps:\n  - run: echo\n    env: { PORT: 8080, ON: true }\n    idempotent: true\n'],
};
