import type { Finding, Rule } from '../rule.ts';
import { choices } from '../schema/schema.ts';
import { quoteAll } from '../schema/words.ts';
import { didYouMean, similar } from '../similar.ts';
import { entryOf, textOf } from '../syntax/tree.ts';
import { errorsOf, headOf, type PlacedError } from './support/schema.ts';

export const wrongValue: Rule = {
  code: 'wrong-value',
  severity: 'error',
  structural: true,
  doc: 'The value is of the right kind but not one that the key takes. The message lists what is allowed.',
  *check(facts): Generator<Finding> {
    for (const error of errorsOf(facts, 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'minItems', 'uniqueItems', 'minProperties')) {
      const { node, keyword, params } = error;
      const name = keyword === 'pattern' && error.schemaPath.includes('/propertyNames/') ? error.propertyName : undefined;
      if (name !== undefined) {
        const entry = entryOf(node, name);
        if (entry) yield { range: entry.key.range, message: `\`${name}\` cannot be a name here: ${nameWords(error)}.` };
        continue;
      }
      const written = textOf(node);
      const allowed = (keyword === 'enum' || keyword === 'pattern' ? choices(error.schema) : []).map(String);
      const by = written === undefined ? [] : similar(written, allowed);
      const item = keyword === 'uniqueItems' && node.kind === 'list' ? node.items[Math.max(Number(params.i), Number(params.j))] : undefined;
      yield {
        range: headOf(facts, item ?? node),
        message: `${sentence(error, written, allowed)}${didYouMean(by)}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: [
    'risk: <<hihg>>\nsteps:\n  - run: echo\n',
    'runbook: <<v2>>\nname: n\nsteps:\n  - run: echo\n',
    'steps:\n  - run: echo\n    retry: { attempts: <<0>>, on: [<<netwrk>>] }\n',
    'steps:\n  - { id: <<1st>>, run: echo }\n',
    'steps:\n  - run: echo\n    env: { <<MY-VAR>>: x }\n',
    'steps:\n  - run: echo\n    approve: <<false>>\n',
    'secrets: [key, <<key>>]\nsteps: \n  - run: echo\n',
    'steps: <<[]>>\n',
    'steps:\n  - approve: { on-timeout: <<approve>>, min: <<0>>, approvers: <<[]>> }\n  - set: <<{}>>\n',
    'steps:\n  - switch: [ { else: <<false>>, steps: [ { run: echo } ] } ]\n',
    'on-failure: <<rolback>>\nsteps:\n  - run: echo\n    shell: <<zsh>>\n',
  ],
  good: ['risk: high\nsteps:\n  - run: echo\n    retry: { attempts: 3, on: [network, exit:75] }\n    shell: [perl, -w]\n'],
};

function sentence({ key, keyword, params, schema }: PlacedError, written: string | undefined, allowed: readonly string[]): string {
  switch (keyword) {
    case 'enum':
      return `\`${key}\` cannot be \`${written ?? ''}\`: it is ${quoteAll(allowed.length > 0 ? allowed : (params.allowedValues as unknown[]))}.`;
    case 'minimum':
      return `\`${key}\` must be at least ${String(params.limit)}.`;
    case 'maximum':
      return `\`${key}\` must be at most ${String(params.limit)}.`;
    case 'minLength':
      return `\`${key}\` must not be empty.`;
    case 'minItems':
      return `\`${key}\` must have at least one item.`;
    case 'minProperties':
      return `\`${key}\` must have at least one name with a value.`;
    case 'uniqueItems':
      return `This stands in \`${key}\` already.`;
    default:
      return allowed.length > 0
        ? `\`${key}\` cannot be \`${written ?? ''}\`: it is ${quoteAll(allowed)}.`
        : `\`${written ?? ''}\` does not fit \`${key}\`. ${schema.description ?? ''}`.trim();
  }
}

function nameWords({ key }: PlacedError): string {
  return key === 'env'
    ? 'a letter or `_` comes first, then letters, digits and `_`'
    : 'a letter or `_` comes first, then letters, digits, `-` and `_`';
}
