import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { stringOf, valueIn } from '../syntax/tree.ts';
import { targetNamed } from './support/targets.ts';

export const unknownTarget: Rule = {
  code: 'unknown-target',
  severity: 'error',
  doc: 'A step names a target that neither the runbook declares under `targets` nor the workspace in `.runwright/targets.yaml`. `local`, this machine, is always there.',
  *check(facts): Generator<Finding> {
    for (const { node } of facts.steps) {
      const at = valueIn(node, 'target');
      const name = stringOf(at);
      if (!at || name === undefined || targetNamed(name, facts)) continue;
      const known = [...facts.whole.targets(), ...facts.around.targets].map((target) => target.name);
      const by = similar(name, [...known, 'local']);
      yield {
        range: at.range,
        message: `There is no target \`${name.slice(0, 80)}\`.${by.length > 0 ? didYouMean(by) : ' Declare it under `targets`.'}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: [
    'targets: { edge: { type: ssh, host: edge-1.example.net } }\nsteps:\n  - { run: uptime, target: <<egde>> }\n  - { run: uptime, target: <<moon>> }\n  - { run: uptime, target: <<Edge>> }\n',
    'steps:\n  - parallel:\n      - run: uptime\n        undo: { run: uptime, target: <<lokal>> }\n',
  ],
  good: [
    'targets: { edge: { type: ssh, host: edge-1.example.net } }\nsteps:\n  - { run: uptime, target: edge }\n  - { run: uptime, target: local }\n  - { uses: sql/query, with: { query: SELECT 1 }, target: db }\n',
  ],
};
