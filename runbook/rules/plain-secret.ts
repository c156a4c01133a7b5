import type { Finding, Rule } from '../rule.ts';
import { ScalarMap } from '../syntax/scalar.ts';
import { entriesOf, type Node, type ScalarNode } from '../syntax/tree.ts';

/** Forms that nothing but a secret has. */
const tokens: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['an access key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b/],
  ['a token of GitLab', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a token of Slack', /\bxox[abposr]-[A-Za-z0-9-]{10,}/],
  ['a webhook of Slack', /https:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{20,}/],
  ['a key of Google', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['a key of Stripe', /\b[sr]k_live_[0-9A-Za-z]{20,}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a signed token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:(?!\$)([^\s/:@'"${}<>*]{3,})@/],
  ['a password in a header', /\bBasic [A-Za-z0-9+/]{12,}={0,2}(?![A-Za-z0-9+/])/],
];
/** Keys whose value is a secret, by their last word. */
const secretKey = /(?:^|[-_. ])(?:password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key|secret[-_]?key|access[-_]?key)$/i;
/** What people write where a value has to be put in, and words that are no secrets. */
const placeholder = /^(?:<.*>|\*+|x+|\.+|\u2026|none|null|true|false|required|optional|example|changeme|todo|yes|no)$/i;

export const plainSecret: Rule = {
  code: 'plain-secret',
  severity: 'warning',
  doc: 'This looks like a password, key or token. A runbook is read by many and kept for long: declare a name under `secrets`, give the value to the secret store (`runwright secrets set NAME`), and write `${{ secrets.NAME }}`.',
  *check(facts): Generator<Finding> {
    for (const { scalar, key } of scalars(facts.root)) {
      if (typeof scalar.value !== 'string') continue;
      const found = tokens.flatMap(([what, pattern]) => {
        const match = pattern.exec(String(scalar.value));
        return match ? [{ what, match }] : [];
      })[0];
      if (found) {
        const { match, what } = found;
        const start = match[1] === undefined ? match.index : match.index + match[0].lastIndexOf(match[1]);
        const range = new ScalarMap(facts.text, scalar).range(start, start + (match[1] ?? match[0]).length);
        yield { range, message: `This looks like ${what}. Put it into the secret store and refer to it as \`\${{ secrets.NAME }}\`.` };
      } else if (isLiteralSecret(key, scalar.value)) {
        yield {
          range: scalar.range,
          message: `\`${key}\` is written out here. Put it into the secret store and refer to it as \`\${{ secrets.NAME }}\`.`,
        };
      }
    }
  },
  bad: [
    'steps:\n  - run: aws s3 ls\n    env: { AWS_ACCESS_KEY_ID: <<AKIAIOSFODNN7EXAMPLE>>, DB_PASSWORD: <<hunter22>> }\n',
    'targets: { db: { type: postgres, host: db-1, user: app, password: <<"correct horse">> } }\nsteps:\n  - run: curl https://app:<<s3cr3t>>@example.net/\n',
    'steps:\n  - uses: http/request\n    with:\n      url: https://example.net\n      headers: { Authorization: "<<Basic b3BzOmh1bnRlcjI=>>", X-Api-Key: <<0123456789abcdef>> }\n',
  ],
  good: [
    'secrets: [pw]\nenv: { PASSWORD_FILE: /run/pw, TOKEN: "", API_KEY: "${{ secrets.pw }}", NEXT_TOKEN: "$TOKEN" }\nsteps:\n  - run: curl "https://app:$PW@example.net/"\n    env: { PW: "${{ secrets.pw }}", URL: "https://app:${{ secrets.pw }}@example.net" }\n',
  ],
};

/** A word under a key that says what it is; a reference, a path or a placeholder is none. */
function isLiteralSecret(key: string, value: string): boolean {
  if (!secretKey.test(key) || value.includes('${{') || /^[$~/]|^\.\.?\//.test(value) || placeholder.test(value.trim())) return false;
  return /passw|passphrase/i.test(key) ? value.length >= 3 : value.length >= 8 && !/\s/.test(value);
}

/** Every text of the part with the key it stands under; what only describes is left out. */
function* scalars(node: Node | undefined, key = ''): Generator<{ scalar: ScalarNode; key: string }> {
  if (node === undefined || ['description', 'name', 'message', 'secrets', 'secret-outputs', 'needs', 'id', 'labels'].includes(key)) return;
  if (node.kind === 'scalar') yield { scalar: node, key };
  else if (node.kind === 'list') for (const item of node.items) yield* scalars(item, key);
  else for (const entry of entriesOf(node)) yield* scalars(entry.value, entry.key.source === 'default' ? key : entry.key.source);
}
