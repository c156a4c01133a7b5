import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type Certificates, makeCertificates } from './certificates.ts';
import { freePort, remove, ServerProcess, temporary } from './server.ts';
import { give, ownerOf, password } from './sql.ts';

const programs = '/usr/lib/postgresql';

/** A real PostgreSQL in a folder of its own: user `app` with the test's password, database `app`, TLS on. */
export class Postgres {
  readonly port: number;
  readonly certificates: Certificates;
  readonly #folder: string;
  readonly #bin: string;
  #process: ServerProcess | undefined;

  static async start(): Promise<Postgres> {
    const bin = join(programs, readdirSync(programs).sort().at(-1) ?? '', 'bin');
    const folder = temporary('postgres');
    const certificates = makeCertificates(folder);
    const server = new Postgres(folder, bin, await freePort(), certificates);
    const owner = ownerOf('postgres');
    give(folder, owner);
    execFileSync(
      join(bin, 'initdb'),
      ['-D', join(folder, 'data'), '-U', 'admin', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
      {
        stdio: 'ignore',
        cwd: folder,
        ...owner,
      },
    );
    appendFileSync(
      join(folder, 'data/postgresql.conf'),
      `listen_addresses = 'localhost'\nport = ${server.port}\nunix_socket_directories = '${folder}'\nssl = on\nssl_cert_file = '${certificates.cert}'\nssl_key_file = '${certificates.key}'\nfsync = off\n`,
    );
    writeFileSync(
      join(folder, 'data/pg_hba.conf'),
      'host all admin all trust\nlocal all all scram-sha-256\nhostssl all tls_only all scram-sha-256\nhostnossl all tls_only all reject\nhost all all all scram-sha-256\n',
    );
    await server.up();
    await server.admin(
      `CREATE ROLE app LOGIN PASSWORD '${password}'; CREATE ROLE tls_only LOGIN PASSWORD '${password}'; CREATE ROLE reader LOGIN PASSWORD '${password}'`,
    );
    await server.admin('CREATE DATABASE app OWNER app');
    return server;
  }

  private constructor(folder: string, bin: string, port: number, certificates: Certificates) {
    this.#folder = folder;
    this.#bin = bin;
    this.port = port;
    this.certificates = certificates;
  }

  /** The host by which the server is reached without a network. */
  get socket(): string {
    return this.#folder;
  }

  /** What a step's target resolves to. */
  target(more: Readonly<Record<string, string | number | boolean>> = {}) {
    return { type: 'postgres', host: 'localhost', port: this.port, user: 'app', password, database: 'app', ...more };
  }

  async up(): Promise<void> {
    this.#process = new ServerProcess(join(this.#bin, 'postgres'), ['-D', join(this.#folder, 'data')], {
      cwd: this.#folder,
      ...ownerOf('postgres'),
    });
    await this.#process.until(() => this.admin('SELECT 1'), 'PostgreSQL');
  }

  /** `SIGINT` is its fast shutdown: sessions are ended. */
  async down(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    await this.#process?.stop(signal);
  }

  freeze(frozen: boolean): void {
    this.#process?.signalAll(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async admin(text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ host: 'localhost', port: this.port, user: 'admin', database, ssl: false });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  async dispose(): Promise<void> {
    await this.down();
    remove(this.#folder);
  }
}
