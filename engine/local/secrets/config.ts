import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';

/** Where a secret's value is. */
export type Place =
  | { readonly from: 'local' }
  | { readonly from: 'env'; readonly variable: string; readonly allowShort: boolean }
  | { readonly from: 'vault'; readonly mount: string; readonly path: string; readonly key: string; readonly allowShort: boolean };

/** How to reach Vault; what is absent is taken from the usual variables. */
export interface VaultConfig {
  readonly address?: string;
  readonly namespace?: string;
  readonly ca?: string;
  readonly tokenFile?: string;
  readonly appRole?: { readonly roleId: string; readonly secretIdFile: string; readonly mount: string };
}

export interface SecretsConfig {
  readonly vault: VaultConfig;
  placeOf(name: string): Place;
  /** Names that are written out, without those that only a prefix covers. */
  readonly names: readonly string[];
}

const local: Place = { from: 'local' };
const nothing: SecretsConfig = { vault: {}, placeOf: () => local, names: [] };

/** `secrets.yaml` of the state folder, read anew each time it is needed; without it all secrets are in the local store. Throws `secrets-config`. */
export async function readSecretsConfig(folder: string): Promise<SecretsConfig> {
  const text = await readFile(join(folder, 'secrets.yaml'), 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : wrong(`it cannot be read (${error.code})`),
  );
  if (text === undefined) return nothing;
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0 });
  } catch {
    // The library's sentence quotes the file.
    return wrong('it is no YAML');
  }
  if (document === null) return nothing;
  const { vault, secrets } = fields(document, 'it', ['vault', 'secrets']);
  const entries = Object.entries(secrets === undefined ? {} : fields(secrets, 'secrets'));
  for (const [name, entry] of entries) {
    if (!/^[A-Za-z_][\w-]{0,127}\*?$|^\*$/.test(name))
      wrong(`secrets: ${JSON.stringify(name.slice(0, 40))} is no name of a secret, nor a prefix with * behind it`);
    place(name.replace('*', ''), entry);
  }
  const exact = new Map(entries.filter(([name]) => !name.endsWith('*')));
  const prefixes = entries
    .filter(([name]) => name.endsWith('*'))
    .map(([name, entry]) => ({ prefix: name.slice(0, -1), entry }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return {
    vault: vault === undefined ? {} : vaultOf(vault),
    names: [...exact.keys()],
    placeOf(name) {
      if (exact.has(name)) return place(name, exact.get(name));
      const found = prefixes.find(({ prefix }) => name.startsWith(prefix));
      return found ? place(name, found.entry) : local;
    },
  };
}

/** `local`, `env`, `{ env: VARIABLE }`, or `{ vault: { mount, path, key } }`; variable and key are the secret's own name where they are not given. */
function place(name: string, entry: unknown): Place {
  const where = `secrets.${name || '*'}`;
  if (entry === 'local') return local;
  if (entry === 'env') return { from: 'env', variable: name, allowShort: false };
  if (typeof entry === 'string') return wrong(`${where} must be local, env, { env } or { vault }`);
  const { env, vault, 'allow-short': short = false } = fields(entry, where, ['env', 'vault', 'allow-short']);
  if (typeof short !== 'boolean') return wrong(`${where}.allow-short must be true or false`);
  if ((env === undefined) === (vault === undefined)) return wrong(`${where} must have either env or vault`);
  if (env !== undefined) return { from: 'env', variable: text(env, `${where}.env`), allowShort: short };
  const { mount = 'secret', path, key = name } = fields(vault, `${where}.vault`, ['mount', 'path', 'key']);
  return {
    from: 'vault',
    mount: way(mount, `${where}.vault.mount`),
    path: way(path, `${where}.vault.path`),
    key: text(key || '*', `${where}.vault.key`),
    allowShort: short,
  };
}

function vaultOf(entry: unknown): VaultConfig {
  const found = fields(entry, 'vault', ['address', 'namespace', 'ca', 'token-file', 'app-role']);
  const one = (key: keyof typeof found & string) => (found[key] === undefined ? undefined : text(found[key], `vault.${key}`));
  const address = one('address');
  const namespace = one('namespace');
  const ca = one('ca');
  const tokenFile = one('token-file');
  const role =
    found['app-role'] === undefined ? undefined : fields(found['app-role'], 'vault.app-role', ['role-id', 'secret-id-file', 'mount']);
  return {
    ...(address === undefined ? {} : { address }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(ca === undefined ? {} : { ca }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(role === undefined
      ? {}
      : {
          appRole: {
            roleId: text(role['role-id'], 'vault.app-role.role-id'),
            secretIdFile: text(role['secret-id-file'], 'vault.app-role.secret-id-file'),
            mount: way(role.mount ?? 'approle', 'vault.app-role.mount'),
          },
        }),
  };
}

function fields(value: unknown, where: string, known?: readonly string[]): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return wrong(`${where} must be a mapping`);
  const unknown = Object.keys(value).find((key) => known && !known.includes(key));
  if (unknown !== undefined) wrong(`${where} has an unknown key ${JSON.stringify(unknown.slice(0, 40))}`);
  return { ...value };
}

function text(value: unknown, where: string): string {
  return typeof value === 'string' && value !== '' ? value : wrong(`${where} must be a text`);
}

/** A path inside Vault, which must not lead out of its mount. */
function way(value: unknown, where: string): string {
  const path = text(value, where).replace(/^\/+|\/+$/g, '');
  return path === '' || path.split('/').some((part) => part === '' || part === '.' || part === '..')
    ? wrong(`${where} must be a path such as ops/db`)
    : path;
}

function wrong(why: string): never {
  throw new ProblemError(problem('secrets-config', { why }));
}
