import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path/posix';
import type { Host } from '../../../engine/connectors/host.ts';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import { isLoaded } from './loaded.ts';
import type { NginxSettings } from './settings.ts';

/** Rules beyond this are no rules of a runbook; bytes. */
const longest = 8 * 1024 * 1024;
/** Once files are being exchanged, it is seen through: milliseconds. */
const seenThrough = 60_000;

/** `$1` says whether as root by sudo; the script that follows sees itself as `$1` and its arguments behind. */
const outer = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin; LC_ALL=C; export PATH LC_ALL
way=$1; shift
if [ "$way" = sudo ]; then exec sudo -n sh -c "$1" sh "$@"; fi
eval "$1"`;

const dump = `command -v "$2" >/dev/null 2>&1 || exit 81
if [ -n "$3" ]; then exec "$2" -c "$3" -T; else exec "$2" -T; fi`;

const show = `[ -e "$2" ] || exit 80
cat -- "$2"`;

/**
 * $2 the rule file, $3 the folder of earlier rules, $4 the deployment, $5 nginx, $6 its configuration, $7 the digest that the rule file
 * must have, $8 what it will have; the new rules come over stdin. It is seen through once it has begun.
 */
const exchange = `trap '' HUP INT TERM PIPE
file=$2 kept=$3 id=$4 program=$5 config=$6 expected=$7 after=$8
umask 077
mkdir -p -- "$kept" || exit 84
if command -v flock >/dev/null 2>&1; then exec 9>"$kept/lock" && flock -w 20 9 || exit 85; fi
new="$(dirname -- "$file")/.$id.new"
cat > "$new" || { rm -f -- "$new"; exit 84; }
hash() { sha256sum < "$1" | cut -d' ' -f1; }
[ "$(hash "$new")" = "$after" ] || { rm -f -- "$new"; exit 86; }
now=absent; [ -e "$file" ] && now=$(hash "$file")
[ "$now" = "$expected" ] || { rm -f -- "$new"; exit 87; }
old="$kept/.$id.before"; rm -f -- "$old"
if [ "$now" != absent ]; then
  cp -p -- "$file" "$old" && chown --reference="$file" -- "$new" && chmod --reference="$file" -- "$new" || { rm -f -- "$new"; exit 84; }
else chmod 644 -- "$new"; fi
back() { if [ "$now" = absent ]; then rm -f -- "$file"; else mv -f -- "$old" "$file"; fi; }
run() { if [ -n "$config" ]; then "$program" -c "$config" "$@"; else "$program" "$@"; fi; }
mv -f -- "$new" "$file" || { rm -f -- "$new"; exit 84; }
said=$(run -t 2>&1) || { back; printf '%s\\n' "$said" >&2; exit 90; }
said=$(run -s reload 2>&1) || { back; printf '%s\\n' "$said" >&2; exit 91; }
if [ "$9" = keep ] && ! { [ -e "$kept/$id.after" ] && [ "$(cat "$kept/$id.after")" = "$now" ]; }; then
  if [ "$now" = absent ]; then : > "$kept/$id.earlier"; else cp -p -- "$old" "$kept/$id.earlier"; fi
fi
[ "$9" = keep ] && printf %s "$after" > "$kept/$id.after"
rm -f -- "$old"`;

export interface Ruleset {
  /** Of the rule file as it is now; empty where there is none. */
  readonly text: string;
  /** SHA-256 of it, or `absent`. */
  readonly digest: string;
  /** Whether the rule engine is on; false where it only detects or is off. */
  readonly enforced: boolean;
}

/** An nginx with ModSecurity on a machine. Throws a ProblemError where it is not there, or does not load the rule file. */
export class Nginx {
  readonly #host: Host;
  readonly #settings: NginxSettings;
  constructor(host: Host, settings: NginxSettings) {
    this.#host = host;
    this.#settings = settings;
  }

  get file(): string {
    return this.#settings.rules;
  }

  /** Where the rules are kept that were there before a deployment. */
  earlier(deployment: string): string {
    return join(this.#kept, `${deployment}.earlier`);
  }

  /** Changes nothing: asks nginx for its configuration as it is, and reads the files of rules that it names. */
  async read(): Promise<Ruleset> {
    const { program, config = '', rules } = this.#settings;
    const ran = await this.#run(dump, [program, config], longest);
    if (ran.exitCode === 81) throw this.#wrong('waf-missing', {});
    if (ran.exitCode !== 0) throw this.#wrong('waf-broken', { why: nginxSays(ran.stderr) });
    const loaded = await isLoaded(ran.stdout, rules, async (path) => (await this.#show(path)) ?? '');
    if (!loaded.there) throw this.#wrong('waf-not-loaded', { file: rules, why: loaded.why });
    const text = await this.#show(rules);
    return { text: text ?? '', digest: text === undefined ? 'absent' : digestOf(text), enforced: loaded.enforced };
  }

  /** Tests and reloads; where the test fails, the rules of before are back and nothing was reloaded. `keep`: so that it can be undone. */
  async exchange(deployment: string, before: Ruleset, text: string, keep: boolean): Promise<void> {
    const { program, config = '', rules } = this.#settings;
    const args = [rules, this.#kept, deployment, program, config, before.digest, digestOf(text), keep ? 'keep' : ''];
    const ran = await this.#run(exchange, args, 64 * 1024, text, AbortSignal.timeout(seenThrough));
    if (ran.exitCode === 0) return;
    if (ran.exitCode === 90) throw this.#wrong('waf-refused', { why: nginxSays(ran.stderr) });
    if (ran.exitCode === 91) throw this.#wrong('waf-reload', { why: nginxSays(ran.stderr) });
    if (ran.exitCode === 85 || ran.exitCode === 87) throw this.#wrong('waf-busy', { file: rules });
    throw this.#wrong('path-denied', { path: rules, done: 'written', why: lastLine(ran.stderr) || `exit code ${ran.exitCode}` });
  }

  /** What was there before the deployment, and the digest of what came; undefined for one that is not known here. */
  async kept(deployment: string): Promise<{ readonly text: string; readonly after: string } | undefined> {
    const [text, after] = [await this.#show(this.earlier(deployment)), await this.#show(join(this.#kept, `${deployment}.after`))];
    return text === undefined || after === undefined ? undefined : { text, after };
  }

  get #kept(): string {
    return join(dirname(this.#settings.rules), '.runwright-waf');
  }

  async #show(path: string): Promise<string | undefined> {
    const ran = await this.#run(show, [path], longest);
    if (ran.exitCode === 80) return undefined;
    if (ran.exitCode !== 0 || ran.truncated)
      throw this.#wrong('path-denied', { path, done: 'read', why: ran.truncated ? 'it is longer than 8 MiB' : lastLine(ran.stderr) });
    return ran.stdout;
  }

  #run(script: string, args: readonly string[], limit: number, stdin?: string, signal?: AbortSignal) {
    const way = this.#settings.sudo ? 'sudo' : 'plain';
    return this.#host.run(outer, {
      args: [way, script, ...args],
      limit,
      ...(stdin === undefined ? {} : { stdin }),
      ...(signal ? { signal } : {}),
    });
  }

  #wrong(code: Parameters<typeof problem>[0], args: Record<string, string>, override: Partial<Pick<Problem, 'remedy'>> = {}): ProblemError {
    return new ProblemError(problem(code, { host: this.#host.name, ...args }, override));
  }
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';

/** The first line that complains, without what comes before the message. */
function nginxSays(text: string): string {
  const line =
    text.split('\n').find((one) => /\[(emerg|alert|crit|error)\]/.test(one)) ?? text.split('\n').find((one) => one.trim() !== '');
  const plain = (line ?? 'it says nothing').replace(/^.*?\[(emerg|alert|crit|error)\]\s*(\d+#\d+:)?\s*/, '').replace(/\p{Cc}/gu, '?');
  return plain.replace(/[.\s]+$/, '').slice(0, 400);
}
