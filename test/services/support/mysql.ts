import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type Certificates, makeCertificates } from './certificates.ts';
import { freePort, remove, ServerProcess, temporary } from './server.ts';
import { give, ownerOf, password } from './sql.ts';

/** A real MariaDB in a folder of its own: user `app` with the test's password, database `app`, TLS on. */
export class Mysql {
  readonly port: number;
  readonly certificates: Certificates;
  readonly #folder: string;
  #process: ServerProcess | undefined;

  static async start(): Promise<Mysql> {
    const folder = temporary('mysql');
    const server = new Mysql(folder, await freePort(), makeCertificates(folder));
    const { ca, cert, key } = server.certificates;
    writeFileSync(
      join(folder, 'my.cnf'),
      `[mariadbd]\ndatadir=${folder}/data\nbind-address=127.0.0.1\nport=${server.port}\nsocket=${folder}/socket\npid-file=${folder}/pid\nssl-ca=${ca}\nssl-cert=${cert}\nssl-key=${key}\ninnodb-flush-log-at-trx-commit=0\ninnodb-buffer-pool-size=16M\nlocal-infile=ON\nsecure-file-priv=${folder}\n`,
    );
    const owner = ownerOf('mysql');
    give(folder, owner);
    execFileSync(
      'mariadb-install-db',
      [
        `--defaults-file=${folder}/my.cnf`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        ...(owner ? ['--user=mysql'] : []),
      ],
      { stdio: 'ignore' },
    );
    await server.up();
    await server.admin('CREATE DATABASE app CHARACTER SET utf8mb4');
    for (const name of ['app', 'tls_only', 'reader']) await server.admin(`CREATE USER ${name}@'%' IDENTIFIED BY '${password}'`);
    await server.admin("GRANT ALL ON app.* TO app@'%'");
    await server.admin("GRANT FILE ON *.* TO app@'%'");
    await server.admin("GRANT ALL ON app.* TO tls_only@'%' REQUIRE SSL");
    await server.admin("GRANT SELECT ON app.* TO reader@'%'");
    return server;
  }

  private constructor(folder: string, port: number, certificates: Certificates) {
    this.#folder = folder;
    this.port = port;
    this.certificates = certificates;
  }

  /** The host by which the server is reached without a network. */
  get socket(): string {
    return join(this.#folder, 'socket');
  }

  /** What a step's target resolves to. */
  target(more: Readonly<Record<string, string | number | boolean>> = {}) {
    return { type: 'mysql', host: 'localhost', port: this.port, user: 'app', password, database: 'app', ...more };
  }

  async up(): Promise<void> {
    this.#process = new ServerProcess('/usr/sbin/mariadbd', [`--defaults-file=${this.#folder}/my.cnf`], {
      cwd: this.#folder,
      ...ownerOf('mysql'),
    });
    await this.#process.until(() => this.admin('SELECT 1'), 'MariaDB');
  }

  async down(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#process?.stop(signal);
  }

  freeze(frozen: boolean): void {
    this.#process?.signalAll(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async admin(text: string): Promise<RowDataPacket[]> {
    const connection = await mysql.createConnection({ socketPath: join(this.#folder, 'socket'), user: 'root' });
    try {
      const [rows] = await connection.query<RowDataPacket[]>(text);
      return rows;
    } finally {
      await connection.end();
    }
  }

  async dispose(): Promise<void> {
    await this.down();
    remove(this.#folder);
  }
}
