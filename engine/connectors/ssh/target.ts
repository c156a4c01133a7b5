import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { hostConfig, inHome } from './config.ts';

/** How one proves who one is. */
export type Credentials =
  | { readonly kind: 'password'; readonly password: string }
  /** The text of a private key, or the path of its file. */
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'key-file'; readonly path: string }
  | { readonly kind: 'agent'; readonly socket: string }
  /** As `ssh` does without being told: the agent's keys, then those files that are there. */
  | { readonly kind: 'usual'; readonly socket?: string; readonly paths: readonly string[] };

/** One host on the way; the last one is the target. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly credentials: Credentials;
  /** `SHA256:…`; the only key that is accepted. */
  readonly fingerprint?: string;
}

export interface Target {
  /** Its name in the runbook. */
  readonly name: string;
  readonly hops: readonly [Hop, ...Hop[]];
  readonly home: string;
  /** The same for what may share a connection; tells nothing of the credentials in it. */
  readonly key: string;
}

type Spec = Readonly<Record<string, Json | undefined>>;
const mostHops = 8;

/**
 * The hosts that lead to the target, itself last. `connection` has its secrets in place; `environment` is that of whoever started the run,
 * whose `~/.ssh/config` fills in what the target does not say. Throws a ProblemError.
 */
export function resolveTarget(
  name: string,
  connection: Readonly<Record<string, Json>>,
  environment: Readonly<Record<string, string>>,
): Target {
  const home = environment.HOME || environment.USERPROFILE || homedir();
  const wrong = (why: string) => new ProblemError(problem('ssh-target', { target: name, why }));

  const text = (spec: Spec, key: string): string | undefined => {
    const value = spec[key];
    if (value === undefined || value === null) return undefined;
    const given = typeof value === 'number' ? String(value) : value;
    if (typeof given !== 'string') throw wrong(`\`${key}\` must be text`);
    if (given === '') throw wrong(`\`${key}\` is empty`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    if (key !== 'key' && key !== 'password' && /[\x00-\x20\x7f]/.test(given) && key !== 'agent')
      throw wrong(`\`${key}\` holds a space or a control character`);
    return given;
  };

  const portOf = (spec: Spec): number | undefined => {
    const given = text(spec, 'port');
    if (given === undefined) return undefined;
    const port = Number(given);
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw wrong('`port` must be a number from 1 to 65535');
    return port;
  };

  const declared = (spec: Spec): Credentials | undefined => {
    const given = ['key', 'password', 'agent'].filter((key) => spec[key] !== undefined && spec[key] !== null && spec[key] !== false);
    if (given.length > 1) throw wrong(`\`${given.join('` and `')}\` exclude each other`);
    const password = text(spec, 'password');
    if (password !== undefined) return { kind: 'password', password };
    if (spec.agent !== undefined && spec.agent !== null && spec.agent !== false) {
      const socket = spec.agent === true ? environment.SSH_AUTH_SOCK : inHome(text(spec, 'agent') ?? '', home);
      if (!socket) throw new ProblemError(problem('ssh-agent', { why: 'the run was started without SSH_AUTH_SOCK' }));
      return { kind: 'agent', socket };
    }
    const key = text(spec, 'key');
    if (key === undefined) return undefined;
    if (key.includes('PRIVATE KEY') || key.startsWith('PuTTY-User-Key-File') || key.includes('\n')) return { kind: 'key', text: key };
    const path = inHome(key, home);
    if (!isAbsolute(path)) throw wrong('`key` must be a private key, or the path of one that begins with / or ~/');
    return { kind: 'key-file', path };
  };

  /** `inherited`: what a jump host given by name alone is reached with. */
  const hopsOf = (spec: Spec, inherited: Credentials | undefined, depth: number): Hop[] => {
    const alias = text(spec, 'host');
    if (alias === undefined) throw wrong('`host` is missing');
    if (depth >= mostHops) throw wrong(`more than ${mostHops} hosts lead to it`);
    const config = hostConfig(alias, home);
    const user = text(spec, 'user') ?? config.user ?? environment.USER ?? environment.LOGNAME ?? environment.USERNAME;
    if (!user) throw wrong('`user` is missing');
    const own = declared(spec);
    const usual: Credentials = {
      kind: 'usual',
      ...(environment.SSH_AUTH_SOCK ? { socket: environment.SSH_AUTH_SOCK } : {}),
      paths: config.identityFiles.length > 0 ? config.identityFiles : usualKeys.map((file) => inHome(`~/.ssh/${file}`, home)),
    };
    const fingerprint = text(spec, 'fingerprint');
    if (fingerprint !== undefined && !/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(fingerprint))
      throw wrong('`fingerprint` must be as `ssh-keygen -l` prints it: SHA256: and 43 characters');
    const hop: Hop = {
      host: config.hostName ?? alias,
      port: portOf(spec) ?? config.port ?? 22,
      user,
      credentials: own ?? inherited ?? usual,
      ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.replace(/=$/, '') }),
    };
    const jump = spec.jump === undefined || spec.jump === null ? config.proxyJump : spec.jump;
    // A password is for the host it was given for; a key proves itself without being given away.
    const handedOn = own?.kind === 'password' ? undefined : own;
    return [...jumpsOf(jump, handedOn, depth + 1), hop];
  };

  const jumpsOf = (jump: Json | undefined, inherited: Credentials | undefined, depth: number): Hop[] => {
    if (jump === undefined || jump === false) return [];
    if (typeof jump === 'string') {
      const hosts = jump.split(',').map((part) => parseJump(part.trim()));
      const all = hosts.flatMap((spec, index) => {
        if (!spec) throw wrong('`jump` must be USER@HOST:PORT or a map with the keys of an ssh target');
        // Of several, only the first is reached in a way of its own.
        return hopsOf(index === 0 ? spec : { ...spec, jump: false }, inherited, depth + index);
      });
      return all;
    }
    if (!isMap(jump)) throw wrong('`jump` must be USER@HOST:PORT or a map with the keys of an ssh target');
    return hopsOf(jump, undefined, depth);
  };

  const [first, ...rest] = hopsOf(connection, undefined, 0);
  if (!first) throw wrong('`host` is missing');
  const hops: [Hop, ...Hop[]] = [first, ...rest];
  return {
    name,
    hops,
    home,
    key: createHash('sha256')
      .update(JSON.stringify([hops, home]))
      .digest('hex'),
  };
}

const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

const isMap = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJump(text: string): Spec | undefined {
  const [, user, bracketed, plain, port] = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^:\s[\]]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? undefined : { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

/** `USER@HOST`, with the port where it is not the usual one. */
export const nameOf = (hop: Pick<Hop, 'host' | 'port' | 'user'>): string =>
  `${hop.user}@${hop.host.includes(':') ? `[${hop.host}]` : hop.host}${hop.port === 22 ? '' : `:${hop.port}`}`;
