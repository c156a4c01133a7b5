import type { Finding, Rule } from '../rule.ts';
import { checkValue, type Violation } from '../schema/check.ts';
import { asSchema } from '../schema/schema.ts';
import { didYouMean, similar } from '../similar.ts';
import { entryOf } from '../syntax/tree.ts';
import { headOf } from './support/schema.ts';

export const actionInput: Rule = {
  code: 'action-input',
  severity: 'error',
  doc: "What stands under `with` does not fit what the action takes: an input is missing, unknown, or of the wrong kind. Values that hold `${{ }}` are checked when the step runs. Hover over the action's name for its inputs.",
  *check(facts): Generator<Finding> {
    for (const { node, uses, path } of facts.steps) {
      const manifest = uses === undefined ? undefined : facts.actions.get(uses);
      const verb = entryOf(node, 'uses');
      if (!manifest || !verb) continue;
      const schema = asSchema(manifest.inputs);
      const given = entryOf(node, 'with')?.value ?? { kind: 'map', range: verb.value.range, flow: false, entries: [] };
      const missing: string[] = [];
      const unknown: string[] = [];
      for (const violation of given.kind === 'map' ? checkValue(given, schema, schema) : []) {
        if (violation.kind === 'missing' && violation.path === '') missing.push(violation.name);
        else yield describe(violation, manifest.name, (target) => headOf(facts, target));
        if (violation.kind === 'unknown' && violation.path === '') unknown.push(violation.name);
      }
      // Attempts that get other parameters keep the rest.
      const replaced = entryOf(entryOf(node, 'retry')?.value, 'with')?.value;
      for (const violation of replaced?.kind === 'map' ? checkValue(replaced, { ...schema, required: [] }, schema) : [])
        yield describe(violation, manifest.name, (target) => headOf(facts, target));
      // A mistyped name has its own diagnostic.
      const absent = missing.filter((name) => !unknown.some((one) => similar(one, [name]).length > 0));
      if (absent.length === 0 || facts.broken(given.range)) continue;
      const names = absent.map((name) => `\`${name}\``).join(', ');
      const keys = absent.map((name) => ({ name, value: sample(schema.properties?.[name]) }));
      yield {
        range: verb.value.range,
        message: `${manifest.name} needs ${names} under \`with\`.`,
        fix: { kind: 'add-keys', step: path, into: 'with', keys },
      };
    }
  },
  bad: [
    'steps:\n  - uses: <<http/request>>\n',
    'steps:\n  - uses: http/request\n    with: { url: https://a.example.net }\n    retry: { attempts: 2, with: { url: https://b.example.net, <<ulr>>: x, expect: <<soon>> } }\n',
    'steps:\n  - uses: http/request\n    with: { method: <<FETCH>>, url: https://example.net, <<heders>>: {} }\n',
    'steps:\n  - uses: http/request\n    with:\n      url: <<[a]>>\n      expect: <<[200, teapot]>>\n      query: { q: [1, two], n: null }\n',
    'steps:\n  - uses: <<security/attack_map>>\n  - uses: security/attack_map\n    with: { <<txt>>: a }\n',
  ],
  good: [
    'inputs: { m: {} }\nsteps:\n  - uses: http/request\n    with: { method: "${{ inputs.m }}", url: "https://example.net/${{ inputs.m }}" }\n',
  ],
};

function describe(
  violation: Violation,
  action: string,
  head: (node: Extract<Violation, { kind: 'value' }>['node']) => Finding['range'],
): Finding {
  const where = violation.path === '' ? action : `\`${violation.path}\` of ${action}`;
  if (violation.kind === 'unknown') {
    const by = similar(violation.name, violation.known);
    const hint = by.length > 0 ? didYouMean(by) : ` It takes: ${violation.known.join(', ')}.`;
    return {
      range: violation.range,
      message: `There is no \`${violation.name}\` in ${where}.${hint}`,
      fix: by.length > 0 ? { kind: 'replace', by } : undefined,
    };
  }
  if (violation.kind === 'missing') return { range: head(violation.node), message: `${where} needs \`${violation.name}\`.` };
  const text = violation.node.kind === 'scalar' ? violation.node.source : '';
  const by = similar(text, violation.allowed);
  return {
    range: head(violation.node),
    message: `${where} ${violation.message}.${didYouMean(by)}`,
    fix: by.length > 0 ? { kind: 'replace', by } : undefined,
  };
}

/** Something of the right kind to begin with. */
function sample(
  schema: { default?: unknown; enum?: readonly unknown[]; examples?: readonly unknown[]; type?: string | readonly string[] } | undefined,
): string {
  const value = schema?.default ?? schema?.examples?.[0] ?? schema?.enum?.[0];
  if (value !== undefined) return typeof value === 'string' && /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
  const type = typeof schema?.type === 'string' ? schema.type : schema?.type?.[0];
  return { number: '0', integer: '0', boolean: 'false', array: '[]', object: '{}' }[type ?? ''] ?? '""';
}
