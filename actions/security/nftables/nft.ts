import type { Host, Ran } from '../../../engine/connectors/host.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';

export type Ruleset = readonly Readonly<Record<string, Json>>[];

/** nftables of one host. Every method throws a ProblemError. */
export interface Nft {
  readonly host: string;
  /** What a table of the family `inet` holds; undefined where there is no such table. */
  table(name: string): Promise<Ruleset | undefined>;
  /** All of the commands or none; `conflict` when what they start from has changed since it was read. */
  apply(commands: readonly string[]): Promise<'done' | 'conflict'>;
}

/** Bytes: some hundred thousand elements. */
const longest = 64 * 1024 * 1024;

const notThere = 97;
const notAllowed = 98;
/** As root, else by a sudo that asks nothing. The folders of nft are in no PATH of a plain login. */
const script = `export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"
command -v nft >/dev/null 2>&1 || exit ${notThere}
[ "$(id -u)" = 0 ] && exec nft "$@"
sudo -n true 2>/dev/null || exit ${notAllowed}
exec sudo -n nft "$@"`;

export function nftOn(host: Host, signal: AbortSignal): Nft {
  const run = (args: readonly string[], stdin = '') => host.run(script, { args, stdin, signal, limit: longest });
  return {
    host: host.name,
    async table(name) {
      const ran = await run(['-j', 'list', 'table', 'inet', name]);
      if (ran.exitCode !== 0 && /No such file or directory/.test(ran.stderr)) return undefined;
      check(host, ran);
      if (ran.truncated) throw failed(host, `the table ${name} is longer than ${longest / 1024 / 1024} MiB`);
      try {
        const read: { readonly nftables: Ruleset } = JSON.parse(ran.stdout);
        return read.nftables;
      } catch {
        throw failed(host, 'its answer is not JSON; nft there is too old or was built without it');
      }
    },
    async apply(commands) {
      const ran = await run(['-f', '-'], commands.map((line) => `${line}\n`).join(''));
      if (ran.exitCode !== 0 && /No such file or directory|File exists/.test(ran.stderr)) return 'conflict';
      check(host, ran);
      return 'done';
    },
  };
}

function check(host: Host, { exitCode, stderr }: Ran): void {
  if (exitCode === 0) return;
  if (exitCode === notThere) throw new ProblemError(problem('nft-missing', { host: host.name }));
  if (exitCode === notAllowed || /Operation not permitted/.test(stderr))
    throw new ProblemError(problem('nft-permission', { host: host.name }));
  const first = stderr.split('\n').find((line) => line.trim() !== '') ?? `it ended with ${exitCode}`;
  throw failed(host, first.slice(0, 300));
}

const failed = (host: Host, why: string): ProblemError => new ProblemError(problem('nft-failed', { host: host.name, why }));
