/** One rule with what is chained to it, or one other directive; `text` with its comments, as it stands in the file. */
export interface Rule {
  readonly text: string;
  /** Undefined for a directive that has none. */
  readonly id: string | undefined;
}

/** `why` names the line. */
export type Parsed = { readonly ok: true; readonly rules: readonly Rule[] } | { readonly ok: false; readonly why: string };

const allowed = [
  'SecRule',
  'SecAction',
  'SecMarker',
  'SecRuleRemoveById',
  'SecRuleRemoveByTag',
  'SecRuleRemoveByMsg',
  'SecRuleUpdateTargetById',
  'SecRuleUpdateTargetByTag',
  'SecRuleUpdateTargetByMsg',
  'SecRuleUpdateActionById',
];
/** The server would take an operator that it does not know for a pattern, and the rule would never match. */
const operators =
  'beginsWith contains containsWord detectSQLi detectXSS endsWith eq ge gt ipMatch le lt noMatch pm rbl rx rxGlobal streq strmatch unconditionalMatch validateByteRange validateUrlEncoding validateUtf8Encoding verifyCC verifyCPF verifySSN verifySVNR within'.split(
    ' ',
  );
/** What reads files of the server, runs programs there, or turns the engine off. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/\bexec\s*:/i, 'runs a program (exec)'],
  [/\bctl\s*:\s*ruleEngine\s*=\s*'?(off|detectiononly)/i, 'turns the engine off (ctl:ruleEngine)'],
  [/@(\w*FromFile|pmf|ipMatchF|inspectFile|validateSchema|validateDTD|fuzzyHash|geoLookup)\b/i, 'reads a file of the server'],
];

/** Reads rules as ModSecurity does; what they mean, the server says when it tests them. */
export function parseRules(text: string): Parsed {
  const no = (line: number, why: string): Parsed => ({ ok: false, why: `line ${line} ${why}` });
  if (/[^\t\n\r\u0020-\u{10ffff}]/u.test(text)) return { ok: false, why: 'it holds a control character' };
  const rules: Rule[] = [];
  const ids = new Set<string>();
  let chained = false;
  for (const { text: written, line, joined } of directives(text)) {
    const words = split(joined);
    if (!words) return no(line, 'has a quote that is not closed');
    const [name = ''] = words;
    const known = allowed.find((one) => one.toLowerCase() === name.toLowerCase());
    if (!known) return no(line, `holds ${name.slice(0, 40)}, which is none of ${allowed.join(', ')}`);
    const evil = refused.find(([pattern]) => pattern.test(joined));
    if (evil) return no(line, evil[1]);
    const rule = known === 'SecRule' || known === 'SecAction';
    if (known === 'SecRule' && (words.length < 3 || words.length > 4))
      return no(line, 'is no SecRule with variables, an operator and actions');
    const operator = known === 'SecRule' ? /^\s*!?@(\w+)/.exec(words[2] ?? '')?.[1] : undefined;
    if (operator !== undefined && !operators.some((one) => one.toLowerCase() === operator.toLowerCase()))
      return no(line, `has the operator @${operator.slice(0, 40)}, which is none of ${operators.join(', ')}`);
    const actions = rule ? (words[known === 'SecRule' ? 3 : 1] ?? '') : '';
    const id = /(?:^|,)\s*id\s*:\s*'?(\d{1,18})'?\s*(?:,|$)/i.exec(actions)?.[1];
    const last = rules.at(-1);
    if (chained && last) {
      if (known !== 'SecRule') return no(line, 'comes after a chain and is no SecRule');
      rules[rules.length - 1] = { ...last, text: `${last.text}\n${written}` };
    } else {
      if (rule && id === undefined) return no(line, 'is a rule without an id');
      if (id !== undefined && ids.has(id)) return no(line, `has the id ${id} a second time`);
      if (id !== undefined) ids.add(id);
      rules.push({ text: written, id });
    }
    chained = rule && /(?:^|,)\s*chain\s*(?:,|$)/i.test(actions);
  }
  if (chained) return { ok: false, why: 'its last rule is a chain that nothing follows' };
  return rules.length === 0 ? { ok: false, why: 'it holds no rule' } : { ok: true, rules };
}

/** What a rule file holds now, whoever wrote it: nothing of it is lost, and rules with an id are known by it. */
export function readRules(text: string): readonly Rule[] {
  const rules: Rule[] = [];
  let chained = false;
  for (const { text: written, joined } of directives(text)) {
    const last = rules.at(-1);
    if (chained && last) rules[rules.length - 1] = { ...last, text: `${last.text}\n${written}` };
    else rules.push({ text: written, id: /^\s*Sec(?:Rule|Action)\b.*\bid\s*:\s*'?(\d+)/is.exec(joined)?.[1] });
    chained = /["',]\s*chain\s*["',]/i.test(joined);
  }
  return rules;
}

export interface Merged {
  readonly text: string;
  /** Ids that were there and are gone or have another text. */
  readonly replaced: readonly string[];
  readonly changed: boolean;
}

export function mergeRules(before: string, rules: readonly Rule[], mode: 'add' | 'replace'): Merged {
  const earlier = readRules(before);
  const now = new Map(rules.flatMap(({ id, text }) => (id === undefined ? [] : [[id, text] as const])));
  const same = (rule: Rule) => rules.some(({ id, text }) => id === rule.id && text === rule.text);
  const kept = mode === 'replace' ? [] : earlier.filter((rule) => !same(rule) && (rule.id === undefined || !now.has(rule.id)));
  const replaced = earlier.flatMap((rule) =>
    rule.id === undefined || same(rule) || (mode === 'add' && !now.has(rule.id)) ? [] : [rule.id],
  );
  const there = rules.every((rule) => earlier.some(({ id, text }) => id === rule.id && text === rule.text));
  const changed = !there || replaced.length > 0 || (mode === 'replace' && earlier.length !== rules.length);
  const text = changed ? [...kept, ...rules].map((rule) => `${rule.text}\n`).join('') : before;
  return { text, replaced, changed };
}

export const idsOf = (rules: readonly Rule[]): string[] => rules.flatMap(({ id }) => (id === undefined ? [] : [id]));

/** Directives with the comments above them; a backslash at a line's end goes on with the next. `line` from 1. */
function* directives(text: string): Generator<{ text: string; joined: string; line: number }> {
  let written: string[] = [];
  let joined = '';
  let first = 0;
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  for (const [at, line] of lines.entries()) {
    const blank = joined === '' && first === 0 && (line.trim() === '' || line.trim().startsWith('#'));
    if (blank) {
      if (line.trim() !== '') written.push(line);
      continue;
    }
    first ||= at + 1;
    written.push(line);
    const goesOn = /\\\s*$/.test(line);
    joined += goesOn ? line.replace(/\\\s*$/, ' ') : line;
    if (goesOn && at < lines.length - 1) continue;
    yield { text: written.join('\n'), joined: joined.trim(), line: first };
    written = [];
    joined = '';
    first = 0;
  }
}

/** Words, of which quoted ones may hold spaces; undefined where a quote stays open. */
function split(text: string): string[] | undefined {
  const words: string[] = [];
  const word = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']\S*))(?=\s|$)/sy;
  while (word.lastIndex < text.length) {
    const at = word.lastIndex;
    const found = word.exec(text);
    if (!found) return text.slice(at).trim() === '' ? words : undefined;
    words.push(found[1] ?? found[2] ?? found[3] ?? '');
  }
  return words;
}
