import { outputsOf } from '../outputs.ts';
import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { stepReferences } from './support/steps.ts';

export const unknownOutput: Rule = {
  code: 'unknown-output',
  severity: 'error',
  doc: 'A step has `outputs` and `outcome`. The outputs of an action are declared by its manifest, those of a called runbook by its `outputs`, and `outputs` of the step adds to them; `for-each` has `items`; a script may write any name to `$RUNWRIGHT_OUTPUT`, so its outputs are not checked.',
  *check(facts): Generator<Finding> {
    for (const { site, target, rest } of stepReferences(facts)) {
      const [property, output] = rest;
      if (!target || !property) continue;
      const kind = property.name.toLowerCase();
      const known =
        kind === 'outcome'
          ? undefined
          : kind === 'outputs'
            ? outputsOf(target, facts.actions, facts.around)
            : { complete: true, names: ['outputs', 'outcome'] };
      const segment = kind === 'outputs' ? output : property;
      if (!known?.complete || !segment || known.names.some((name) => name.toLowerCase() === segment.name.toLowerCase())) continue;
      const by = similar(segment.name, known.names);
      const hint = by.length > 0 ? didYouMean(by) : ` It has: ${known.names.join(', ')}.`;
      const message = `The step \`${target.id?.name ?? ''}\` has no ${kind === 'outputs' ? 'output ' : ''}\`${segment.name}\`.${hint}`;
      yield { range: site.locate(segment.start, segment.end), message, fix: by.length > 0 ? { kind: 'replace', by } : undefined };
    }
  },
  bad: [
    'steps:\n  - { id: get, uses: http/request, with: { method: GET, url: https://example.net } }\n  - run: echo\n    if: steps.get.outputs.<<statsu>> == 200\n',
    'steps:\n  - { id: a, run: echo }\n  - run: echo\n    if: steps.a.<<output>>.stdout == 200\n',
    'inputs: { l: { type: list } }\nsteps:\n  - { id: each, for-each: inputs.l, steps: [ { run: echo } ] }\n  - { id: vars, set: { size: 3 } }\n  - { id: back, call: ./restart.runbook.yaml, with: { service: web } }\n  - run: echo\n    env: { A: "${{ steps.each.outputs.<<results>> }} ${{ steps.vars.outputs.<<sizes>> }} ${{ steps.back.outputs.<<pdi>> }}" }\n',
  ],
  good: [
    'steps:\n  - { id: a, run: echo x=1 >> "$RUNWRIGHT_OUTPUT" }\n  - run: echo\n    if: steps.a.outputs.x == 1 && steps.a.outcome == \'success\'\n',
  ],
};
