import type { Finding, Rule } from '../rule.ts';
import { entriesOf, itemsOf, valueIn } from '../syntax/tree.ts';
import { givenInputs, inputOf, missingInputs } from './support/inputs.ts';

export const triggerInput: Rule = {
  code: 'trigger-input',
  severity: 'error',
  doc: 'A trigger gives the run its inputs under `with`: one that is required and has no default is missing, or one is unknown or of the wrong kind, so the run could never start.',
  *check(facts): Generator<Finding> {
    const triggers = itemsOf(valueIn(facts.root, 'triggers')).flatMap((trigger) =>
      entriesOf(trigger).filter(({ key }) => key.source === 'alert' || key.source === 'schedule'),
    );
    if (triggers.length === 0) return;
    const inputs = Object.fromEntries(facts.whole.inputs().map(({ name, node }) => [name, inputOf(node)] as const));
    for (const { key, value } of triggers) {
      if (value.kind !== 'map') continue;
      const given = valueIn(value, 'with');
      yield* givenInputs(facts, given, 'The runbook', inputs);
      const missing = missingInputs(given, inputs);
      if (missing.length > 0 && !facts.broken(value.range))
        yield {
          range: key.range,
          message: `A run needs ${missing.map((name) => `\`${name}\``).join(', ')}: give it under \`with\` of \`${key.source}\`.`,
        };
    }
  },
  bad: [
    'inputs: { ip: { format: ip, required: true }, n: { type: integer } }\ntriggers:\n  - <<alert>>: { source: prometheus }\n  - schedule: { cron: 0 3 * * *, with: { ip: <<none>>, n: 1, <<m>>: 2 } }\nsteps:\n  - run: echo\n',
  ],
  good: [
    'inputs: { ip: { format: ip, required: true }, n: { type: integer, required: true, default: 3 } }\ntriggers:\n  - alert: { match: "alert.labels.severity == \'critical\'", with: { ip: "${{ alert.labels.src_ip }}" } }\n  - schedule: { cron: 0 3 * * *, with: { ip: 192.0.2.7 } }\nsteps:\n  - run: echo\n',
  ],
};
