import type { Finding, Rule } from '../rule.ts';
import { similar } from '../similar.ts';
import { entriesOf, entryOf } from '../syntax/tree.ts';
import { errorsOf, headOf } from './support/schema.ts';

export const requiredKey: Rule = {
  code: 'required-key',
  severity: 'error',
  structural: true,
  doc: 'Something that this part of a runbook cannot do without is missing: `until` in `repeat`, `steps` of a loop, the `host` of an SSH target.',
  *check(facts): Generator<Finding> {
    for (const { node, key, keyword, params, schema, pointer } of errorsOf(facts, 'required', 'dependencies')) {
      const name = String(params.missingProperty);
      // The top has its own diagnostic, and so have keys of other verbs.
      if (pointer === '' || (keyword === 'dependencies' && name !== 'steps') || facts.broken(node.range)) continue;
      // A mistyped key has its own diagnostic.
      if (entriesOf(node).some((entry) => similar(entry.key.source, [name]).length > 0)) continue;
      const why = schema.properties?.[name]?.description?.split(/(?<=\.)\s/)[0]?.replace(/\.$/, '');
      const verb = keyword === 'dependencies' ? entryOf(node, String(params.property)) : undefined;
      const subject = verb ? `\`${verb.key.source}\`` : /\/switch\/\d+$/.test(pointer) ? 'A branch of `switch`' : `\`${key}\``;
      yield { range: verb?.key.range ?? headOf(facts, node), message: `${subject} needs \`${name}\`${why ? `: ${why}` : ''}.` };
    }
  },
  bad: [
    'steps:\n  - repeat: <<{ max: 3 }>>\n    steps: [ { run: echo } ]\n',
    'inputs: { hosts: { type: list } }\nsteps:\n  - <<for-each>>: inputs.hosts\n',
    'targets: { edge: <<{ type: ssh, user: ops }>>, db: <<{ type: postgres, user: ops }>>, other: <<{ url: https://example.net }>> }\nsteps:\n  - run: echo\n',
    'steps:\n  - switch:\n      - <<if: inputs.a == 1>>\ninputs: { a: {} }\n',
    'triggers: [ { schedule: <<{ timezone: UTC }>> } ]\nsteps:\n  - approve: { escalate: <<{ after: 5m }>> }\n',
  ],
  good: [
    "steps:\n  - id: look\n    repeat: { until: steps.probe.outputs.stdout == 'ok', max: 3 }\n    steps: [ { id: probe, run: echo ok } ]\n",
  ],
};
