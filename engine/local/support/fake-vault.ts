import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

interface Stored {
  readonly version: number;
  readonly created: string;
  /** Undefined when this version was deleted. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/** For tests: the part of Vault's HTTP API that reads a KV engine of version 2, with tokens, policies, AppRole, namespaces and a seal. */
export class FakeVault {
  /** Path under the mount `secret`, within its namespace, to its newest version. */
  readonly #stored = new Map<string, Stored>();
  /** Token → the paths that it may read. */
  readonly tokens = new Map<string, readonly string[]>([['root-token-value', ['*']]]);
  readonly roles = new Map<string, string>();
  namespace: string | undefined;
  sealed = false;
  /** Every request as it came. */
  readonly seen: { readonly line: string; readonly headers: IncomingMessage['headers'] }[] = [];
  #logins = 0;
  readonly #server;
  readonly #scheme: string;

  constructor(tls?: { readonly key: string; readonly cert: string }) {
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    this.#server = tls ? createTlsServer(tls, answer) : createServer(answer);
    this.#scheme = tls ? 'https' : 'http';
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `${this.#scheme}://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A new version; undefined deletes the newest. */
  put(path: string, data: Readonly<Record<string, unknown>> | undefined): void {
    const version = (this.#stored.get(path)?.version ?? 0) + (data === undefined ? 0 : 1);
    this.#stored.set(path, {
      version,
      created: `2026-01-01T00:00:00.${String(this.#stored.size * 1000 + version).padStart(9, '0')}Z`,
      data,
    });
  }

  /** Forgets the path and its count of versions. */
  destroy(path: string): void {
    this.#stored.delete(path);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.seen.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (this.sealed) return void send(503, { errors: ['Vault is sealed'] });
    const path = decodeURIComponent((request.url ?? '').replace('/v1/', ''));
    if (this.namespace !== undefined && request.headers['x-vault-namespace'] !== this.namespace) return void send(404, { errors: [] });
    if (request.method === 'POST' && path === 'auth/approle/login') {
      const { role_id: role, secret_id: secret } = JSON.parse(Buffer.concat(chunks).toString());
      if (this.roles.get(role) !== secret) return void send(400, { errors: ['invalid role or secret ID'] });
      const token = `login-token-${++this.#logins}`;
      this.tokens.set(token, ['*']);
      return void send(200, { auth: { client_token: token, lease_duration: 3600, renewable: true } });
    }
    const allowed = this.tokens.get(String(request.headers['x-vault-token']));
    if (!allowed) return void send(403, { errors: ['permission denied'] });
    if (path === 'auth/token/lookup-self') return void send(200, { data: { policies: ['default'] } });
    if (!allowed.includes('*') && !allowed.includes(path))
      return void send(403, { errors: ['1 error occurred:\n\t* permission denied\n\n'] });
    const found = path.startsWith('secret/data/') ? this.#stored.get(path.replace('secret/data/', '')) : undefined;
    if (!found) return void send(404, { errors: [] });
    const metadata = {
      version: found.version,
      created_time: found.created,
      deletion_time: found.data ? '' : found.created,
      destroyed: false,
    };
    send(found.data ? 200 : 404, { data: { data: found.data ?? null, metadata } });
  }
}
