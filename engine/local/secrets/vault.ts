import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { errorCode, networkCause } from '../../connectors/network.ts';
import type { Place, VaultConfig } from './config.ts';
import type { Secret } from './store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const patience = 10_000;
const longestAnswer = 4 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Reads secrets from a KV engine of version 2. Nothing is kept but the token that an AppRole got, until it is refused. */
export class Vault {
  readonly #config: VaultConfig;
  readonly #environment: Environment;
  readonly #address: string;
  #login: string | undefined;

  constructor(config: VaultConfig, environment: Environment) {
    this.#config = config;
    this.#environment = environment;
    this.#address = addressOf(config.address ?? environment.VAULT_ADDR);
  }

  /** Rejects with an error of the catalogue; none holds a token or a value. */
  async read(name: string, { mount, path, key }: Extract<Place, { from: 'vault' }>): Promise<Secret> {
    const place = `${mount}/data/${path}`;
    let { token, renewable } = await this.#token();
    let answer = await this.#ask('GET', place, token);
    if (answer.status === 403 && renewable) {
      this.#login = undefined;
      ({ token, renewable } = await this.#token());
      answer = await this.#ask('GET', place, token);
    }
    if (answer.status === 403) throw await this.#refused(place, token);
    const missing = (what: string) => new ProblemError(problem('vault-missing', { address: this.#address, what, secret: name }));
    if (answer.status === 404) throw missing(`value at ${mount}/${path}`);
    if (answer.status !== 200) throw this.#failure(answer);
    const { data, metadata } = objectOf(answer.body.data);
    if (metadata === undefined || typeof data !== 'object') throw this.#failure(answer);
    const values = objectOf(data);
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined || value === null) throw missing(`key ${key} at ${mount}/${path}`);
    const { version, created_time: created } = objectOf(metadata);
    return {
      value: typeof value === 'string' ? value : JSON.stringify(value),
      // Vault's own counts one path, and begins again when the path is made anew.
      version: markOf([this.#address, this.#namespace ?? '', mount, path, key, String(version), String(created)]),
    };
  }

  get #namespace(): string | undefined {
    return this.#config.namespace ?? this.#environment.VAULT_NAMESPACE;
  }

  /** The token to ask with; `renewable` when a new one can be got. */
  async #token(): Promise<{ token: string; renewable: boolean }> {
    const { appRole, tokenFile } = this.#config;
    if (appRole) {
      const known = this.#login;
      this.#login ??= await this.#logIn(appRole);
      return { token: this.#login, renewable: known !== undefined };
    }
    const fixed = tokenFile === undefined ? this.#environment.VAULT_TOKEN : undefined;
    const token = fixed ?? (await this.#file(tokenFile ?? join(homedir(), '.vault-token'), 'token'));
    return { token: checked(token.trim(), this.#address), renewable: false };
  }

  async #logIn({ roleId, secretIdFile, mount }: NonNullable<VaultConfig['appRole']>): Promise<string> {
    const secretId = (await this.#file(secretIdFile, 'secret id')).trim();
    const answer = await this.#ask('POST', `auth/${mount}/login`, undefined, { role_id: roleId, secret_id: secretId });
    if (answer.status === 400 || answer.status === 403) throw this.#unknown('the AppRole is refused');
    if (answer.status !== 200) throw this.#failure(answer);
    const { client_token: token } = objectOf(answer.body.auth);
    if (typeof token !== 'string') throw this.#failure(answer);
    return checked(token, this.#address);
  }

  async #file(path: string, what: string): Promise<string> {
    return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw this.#unknown(error.code === 'ENOENT' ? `there is no ${what}` : `the file with the ${what} cannot be read (${error.code})`);
    });
  }

  /** Vault refuses an expired token in the same words as one that lacks a policy; only the token itself can tell. */
  async #refused(place: string, token: string): Promise<ProblemError> {
    const self = await this.#ask('GET', 'auth/token/lookup-self', token);
    if (self.status === 403) return this.#unknown('the token has expired, was revoked or never was one');
    return new ProblemError(problem('vault-denied', { address: this.#address, path: place }));
  }

  #unknown(why: string): ProblemError {
    return new ProblemError(problem('vault-token', { address: this.#address, why }));
  }

  #failure({ status, body }: Answer): ProblemError {
    const said = Array.isArray(body.errors) ? body.errors.filter((one) => typeof one === 'string').join('; ') : '';
    if (status === 503)
      return new ProblemError(problem('vault-sealed', { address: this.#address, why: said.slice(0, 200) || 'it is sealed' }));
    if (status === 429 || status === 472 || status === 473)
      return new ProblemError(problem('vault-sealed', { address: this.#address, why: 'this server of the cluster is on standby' }));
    return new ProblemError(
      problem('vault-failed', { address: this.#address, why: status === 200 ? 'in a form that is not KV version 2' : String(status) }),
    );
  }

  async #ask(method: 'GET' | 'POST', path: string, token: string | undefined, json?: object): Promise<Answer> {
    const { Agent, request } = await import('undici');
    const agent = new Agent({ connect: { timeout: patience, ...(await this.#authority()) }, maxResponseSize: longestAnswer });
    try {
      const answer = await request(`${this.#address}/v1/${path.split('/').map(encodeURIComponent).join('/')}`, {
        method,
        headers: {
          'x-vault-request': 'true',
          ...(token === undefined ? {} : { 'x-vault-token': token }),
          ...(this.#namespace === undefined ? {} : { 'x-vault-namespace': this.#namespace }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: json === undefined ? null : JSON.stringify(json),
        dispatcher: agent,
        headersTimeout: patience,
        bodyTimeout: patience,
        signal: AbortSignal.timeout(2 * patience),
      });
      return { status: answer.statusCode, body: await bodyOf(answer) };
    } catch (error) {
      const code = errorCode(error);
      const why = networkCause(code)?.why ?? (code ? `the connection failed (${code})` : 'it did not answer in time');
      throw new ProblemError(problem('vault-unreachable', { address: this.#address, why }));
    } finally {
      agent.destroy().catch(() => undefined);
    }
  }

  async #authority(): Promise<{ ca?: string }> {
    const file = this.#config.ca ?? this.#environment.VAULT_CACERT;
    if (file === undefined || file === '') return {};
    const ca = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new ProblemError(problem('secrets-config', { why: `the authority's certificate for Vault cannot be read (${error.code})` }));
    });
    return { ca };
  }
}

async function bodyOf(answer: Dispatcher.ResponseData): Promise<Readonly<Record<string, unknown>>> {
  const text = await answer.body.text();
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Without TLS the token could be read on its way: only to this machine. */
function addressOf(given: string | undefined): string {
  const wrong = (why: string): never => {
    throw new ProblemError(problem('secrets-config', { why }));
  };
  if (given === undefined || given === '')
    return wrong('it names secrets in Vault, and neither VAULT_ADDR nor vault.address says where that is');
  if (!URL.canParse(given)) return wrong('the address of Vault is none');
  const { protocol, hostname, origin, username } = new URL(given);
  if (username !== '') return wrong('the address of Vault holds a user name');
  const here = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && here) ? origin : wrong('the address of Vault must begin with https://');
}

/** A line end in it would begin another header. */
function checked(token: string, address: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new ProblemError(problem('vault-token', { address, why: token === '' ? 'the token is empty' : 'the token is none' }));
}

const markOf = (parts: readonly string[]): number => createHash('sha256').update(JSON.stringify(parts)).digest().readUIntBE(0, 6);
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
