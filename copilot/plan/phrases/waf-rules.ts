/** Kinds of attack and the ModSecurity rule that refuses each, by the operators that come with the module. Ids are in the range for local use. */
const rules: readonly { readonly kind: string; readonly says: RegExp; readonly rule: string }[] = [
  { kind: 'SQL injection', says: /\bsql(?:i\b|[\s-]*inject)/i, rule: rule(90001, 'ARGS|REQUEST_COOKIES', '@detectSQLi', 'SQL injection') },
  {
    kind: 'Cross-site scripting',
    says: /\bxss\b|cross[\s-]*site/i,
    rule: rule(90002, 'ARGS|REQUEST_HEADERS:Referer', '@detectXSS', 'Cross-site scripting'),
  },
  {
    kind: 'Path traversal',
    says: /\b(?:path|directory)[\s-]*traversal|\.\.\//i,
    rule: rule(90003, 'REQUEST_URI_RAW|ARGS', '@rx (?i)(?:\\.|%2e){2}(?:/|%2f|%5c)', 'Path traversal'),
  },
  {
    kind: 'Log4Shell',
    says: /\blog4(?:shell|j)\b|\bjndi\b/i,
    rule: rule(90004, 'ARGS|REQUEST_HEADERS|REQUEST_URI', '@rx (?i)\\$\\{\\s*(?:j|\\$\\{)', 'Log4Shell'),
  },
];

function rule(id: number, where: string, operator: string, what: string): string {
  return `SecRule ${where} "${operator}" "id:${id},phase:2,t:none,t:urlDecodeUni,deny,status:403,log,msg:'${what}'"`;
}

export const ruleKinds: readonly string[] = rules.map(({ kind }) => kind);

/** The rule against the kind of attack that a text names. */
export const ruleAgainst = (text: string): string | undefined => rules.find(({ says }) => says.test(text))?.rule;
