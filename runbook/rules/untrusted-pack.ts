import type { Finding, Rule } from '../rule.ts';
import { itemsOf, stringOf, valueIn } from '../syntax/tree.ts';

export const untrustedPack: Rule = {
  code: 'untrusted-pack',
  severity: 'warning',
  doc: 'The action belongs to a pack that nobody has trusted, so that the engine refuses to run it. Look at what the pack brings along, then run `runwright trust` for its folder; whoever trusts the whole workspace trusts the packs in it, too.',
  *check({ steps, around }): Generator<Finding> {
    for (const { node } of steps) {
      for (const at of [valueIn(node, 'uses'), ...itemsOf(valueIn(valueIn(node, 'agent'), 'tools'))]) {
        const name = stringOf(at)?.split('/')[0];
        const pack = name === undefined ? undefined : around.packsOff?.find((one) => one.name === name);
        if (!at || !pack) continue;
        yield {
          range: at.range,
          message: `The pack \`${pack.name}\` is off: nobody has trusted it. Look at it, then run \`runwright trust ${pack.folder}\`.`,
        };
      }
    }
  },
  bad: ['steps:\n  - uses: <<edge/block>>\n  - agent: { goal: Find out why, tools: [http/request, <<edge/look>>] }\n'],
  good: ['steps:\n  - uses: http/request\n    with: { url: https://edge.example.net }\n'],
};
