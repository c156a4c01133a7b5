type Outputs = Readonly<Record<string, unknown>>;

/** What came of an action, in a few words; by its outputs where it has none of its own here. */
const details: Readonly<Record<string, (outputs: Outputs) => string | undefined>> = {
  'security/block_ip': ({ rule_id, expires, already }) =>
    `${text(rule_id)} ${already === true ? 'was there already' : 'created'}${typeof expires === 'string' ? `, until ${moment(expires)}` : ', permanently'}`,
  'security/unblock_ip': ({ unblocked, still }) =>
    still === true ? 'unblocked here, still blocked by another rule' : unblocked === false ? 'it was not blocked' : 'unblocked',
  'security/is_blocked': ({ blocked, expires }) =>
    blocked === true ? `blocked${typeof expires === 'string' ? ` until ${moment(expires)}` : ''}` : 'not blocked',
  'security/isolate_host': ({ rule_id, host, method }) => `${text(host)} isolated (${text(method)}), ${text(rule_id)}`,
  'security/release_host': ({ host, released }) => (released === false ? `${text(host)} was not isolated` : `${text(host)} released`),
  'security/reset_passwords': ({ reset_count }) => `${count(reset_count, 'password')} reset; the new ones are in the secret store`,
  'security/investigate_behavior': ({ case_id, evidence_count, finding_count }) =>
    `case ${text(case_id)}, ${count(evidence_count, 'piece')} of evidence${typeof finding_count === 'number' ? `, ${count(finding_count, 'finding')}` : ''}`,
  'security/threat_intel_lookup': ({ known, score }) => (known === true ? `known, score ${text(score)} of 100` : 'not known to any source'),
  'security/hunt_similar_attacks': ({ count: hits }) => count(hits, 'hit'),
  'security/attack_map': ({ techniques }) => `${count(Array.isArray(techniques) ? techniques.length : 0, 'technique')}`,
  'security/deploy_waf_rules': ({ rule_ids, deployment_id }) =>
    `${count(Array.isArray(rule_ids) ? rule_ids.length : 1, 'rule')} deployed, ${text(deployment_id)}`,
  'notify/analysts': ({ notified }) => `${count(notified, 'analyst')} notified`,
};

export function detailOf(uses: string, outputs: Outputs | undefined): string | undefined {
  if (outputs === undefined) return undefined;
  const own = Object.hasOwn(details, uses) ? details[uses]?.(outputs) : undefined;
  if (own !== undefined) return own;
  const plain = Object.entries(outputs).filter(
    ([, value]) =>
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      (typeof value === 'string' && value !== '' && value.length <= 60 && !value.includes('\n')),
  );
  return plain.length === 0
    ? undefined
    : plain
        .slice(0, 3)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ');
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 120) : '');
const count = (value: unknown, word: string): string => `${typeof value === 'number' ? value : 0} ${word}${value === 1 ? '' : 's'}`;
const moment = (iso: string): string => iso.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');

/** Values of a plan and of what an engine says it would run, compared as data. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameValue(value, right.get(key)));
}
