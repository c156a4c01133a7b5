import type { Facts, Finding, Rule } from '../rule.ts';
import { quoteAll } from '../schema/words.ts';
import type { StepFact } from '../steps.ts';
import { entryOf } from '../syntax/tree.ts';
import { targetNamed, targetOf } from './support/targets.ts';

/** What scripts run on. A type that an action pack adds is nobody's to judge here. */
const forScripts = ['local', 'ssh'];
const known = ['local', 'ssh', 'postgres', 'mysql', 'http'];

export const targetType: Rule = {
  code: 'target-type',
  severity: 'error',
  doc: 'A script runs on this machine or over SSH, a query on a database: the target of the step is of a type that its verb cannot use. A step without `target` has that of the container around it, else `local`.',
  *check(facts): Generator<Finding> {
    for (const step of facts.steps) {
      const fitting = typesFor(step, facts);
      if (!fitting) continue;
      const name = targetOf(step);
      const type = name === undefined ? 'local' : targetNamed(name, facts)?.type;
      if (type === undefined || !known.includes(type) || fitting.includes(type)) continue;
      const verb = entryOf(step.node, step.verb ?? '');
      const own = entryOf(step.node, 'target');
      const what = step.uses ?? 'A script';
      const wanted = `a target of type ${quoteAll(fitting)}`;
      yield {
        range: own?.value.range ?? (step.verb === 'uses' ? verb?.value.range : verb?.key.range) ?? step.node.range,
        message:
          name === undefined
            ? `${what} needs ${wanted}: name one under \`target\`.`
            : `${what} needs ${wanted}; \`${name}\` is of type \`${type}\`.`,
      };
    }
  },
  bad: [
    'steps:\n  - { run: uptime, target: <<db>> }\n  - { uses: <<sql/query>>, with: { query: SELECT 1 } }\n',
    'targets: { edge: { type: ssh, host: edge-1.example.net } }\nsteps:\n  - target: edge\n    parallel:\n      - { uses: <<sql/query>>, with: { query: SELECT 1 } }\n      - { run: uptime }\n',
    'steps:\n  - target: db\n    parallel:\n      - { <<run>>: uptime }\n      - { uses: sql/query, with: { query: SELECT 1 } }\n',
  ],
  good: [
    'targets: { edge: { type: ssh, host: edge-1.example.net }, queue: { type: rabbit } }\nsteps:\n  - { run: uptime, target: edge }\n  - { run: uptime, target: queue }\n  - { uses: sql/query, with: { query: SELECT 1 }, target: db }\n',
  ],
};

function typesFor({ verb, uses }: StepFact, { actions }: Facts): readonly string[] | undefined {
  if (verb === 'run') return forScripts;
  return verb === 'uses' && uses !== undefined ? actions.get(uses)?.targets : undefined;
}
