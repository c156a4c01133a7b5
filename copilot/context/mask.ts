import type { Json } from '../../runbook/core/json.ts';

/** What was hidden, and how often. */
export interface Redaction {
  readonly what: string;
  readonly count: number;
}

interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
  /** The group that is the secret; the whole match without it. */
  readonly group?: number;
}

/**
 * What looks like a secret in a text. Values the engine knows are hidden by the engine; these are the ones that somebody wrote into a
 * runbook or a script by mistake. Every pattern is linear: no nested repetition, bounded where two classes meet.
 */
const rules: readonly Rule[] = [
  { what: 'private key', pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g },
  {
    what: 'token',
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{16,255}|xox[abeoprs]-[A-Za-z0-9-]{10,255})/g,
  },
  { what: 'token', pattern: /\b(?:sk|pk|rk)[-_](?:[a-z]{2,12}[-_])?[A-Za-z0-9_-]{16,255}/g },
  { what: 'token', pattern: /\b(?:npm_[A-Za-z0-9]{30,255}|hvs\.[A-Za-z0-9_-]{20,255}|AIza[A-Za-z0-9_-]{30,60}|dop_v1_[a-f0-9]{60,70})/g },
  { what: 'token', pattern: /\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,4000}/g },
  { what: 'access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { what: 'authorization header', pattern: /\b(?:Bearer|Basic)\s{1,4}([A-Za-z0-9+/._~=-]{8,4000})/g, group: 1 },
  { what: 'password in a URL', pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{0,200}:([^\s/@"']{1,500})@/gi, group: 1 },
  {
    what: 'password',
    pattern:
      /\b[\w.-]{0,60}(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|private[_-]?key)["']?\s{0,4}[:=]\s{0,4}(?:"([^"\n]{1,2000})"|'([^'\n]{1,2000})'|([^\s"'&;,}]{1,2000}))/gi,
    group: 1,
  },
  {
    what: 'password',
    pattern: /(?:^|\s)--?(?:password|passwd|token|secret|api-key)[ =]("[^"\n]{1,2000}"|'[^'\n]{1,2000}'|[^\s"';]{1,2000})/gi,
    group: 1,
  },
];

/**
 * Something that every pattern above needs, so that the many texts without any of it are passed by quickly.
 * A new pattern needs its part here; a test holds the two together.
 */
const perhaps =
  /-----BEGIN|gh[pousr]_|github_pat_|glpat-|xox|[spr]k[-_]|npm_|hvs\.|AIza|dop_v1_|eyJ|AKIA|ASIA|Bearer|Basic|:\/\/|passw|passphrase|secret|key|token/i;

/** Names that are remembered. */
const mostNames = 1_000;

const secretName =
  /^(?:.*[_.-])?(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|cookie|credentials?)$/i;
const hidden = '***';

/** A reference is not a value: `${{ secrets.NAME }}`, `$NAME`, `***NAME***` say where a value comes from. */
const isReference = (value: string) =>
  /^["']?(?:\$\{|\$\(|\$[A-Za-z_]|\*\*\*|<[\w -]+>|null$|true$|false$)/.test(value.trim()) || value.trim() === '';

/** Counts what it hides, over any number of texts. */
export class Masker {
  readonly #counts = new Map<string, number>();
  readonly #names = new Map<string, boolean>();

  get redactions(): readonly Redaction[] {
    return [...this.#counts].map(([what, count]) => ({ what, count }));
  }

  text(value: string): string {
    if (!perhaps.test(value)) return value;
    return rules.reduce(
      (text, rule) => text.replace(rule.pattern, (whole, ...groups: unknown[]) => this.#match(rule, whole, groups)),
      value,
    );
  }

  /** A copy with every text masked; a text under a name such as `password` is hidden whole. */
  json(value: Json, name = ''): Json {
    if (typeof value === 'string') return this.#isSecretName(name) && !isReference(value) ? this.#hide('password') : this.text(value);
    if (Array.isArray(value)) return value.map((item: Json) => this.json(item, name));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.json(item, key)]));
  }

  /** The same few names stand in long lists of objects. */
  #isSecretName(name: string): boolean {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const is = secretName.test(name);
    if (this.#names.size < mostNames) this.#names.set(name, is);
    return is;
  }

  #match(rule: Rule, whole: string, groups: unknown[]): string {
    if (rule.group === undefined) return this.#hide(rule.what);
    const secret = groups.slice(rule.group - 1).find((group) => typeof group === 'string');
    if (typeof secret !== 'string' || isReference(secret)) return whole;
    const at = whole.lastIndexOf(secret);
    return whole.slice(0, at) + this.#hide(rule.what) + whole.slice(at + secret.length);
  }

  #hide(what: string): string {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    return hidden;
  }
}
