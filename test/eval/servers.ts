import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { makeCertificates } from '../services/support/certificates.ts';
import { Mysql } from '../services/support/mysql.ts';
import { Postgres } from '../services/support/postgres.ts';
import { freePort, remove, temporary } from '../services/support/server.ts';
import { password } from '../services/support/sql.ts';
import { keygen, makeHome, type Sshd, startSshd } from '../services/support/sshd.ts';

/** Real servers on loopback for runs to fail against, and what stands for their addresses in a runbook. */
export interface Servers {
  readonly names: Readonly<Record<string, string>>;
  readonly postgres: Postgres;
  readonly mysql: Mysql;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = temporary('eval');
  const { cert, key } = makeCertificates(folder);
  const http = createServer((request, response) => {
    const path = request.url?.slice(1) ?? '';
    if (path === 'reset') request.socket.resetAndDestroy();
    else if (path !== 'hang') response.writeHead(Number(path) || 200).end('no\n');
  });
  const tls = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_request, response) => response.end('yes\n'));
  const taken = createTcpServer();
  const listening = [http, tls, taken];
  const [httpPort = 0, tlsPort = 0, takenPort = 0] = await Promise.all(listening.map(listen));
  const home = makeHome();
  const ssh: Sshd = await startSshd(home);
  keygen(`${home.folder}/other_key`, 'ed25519');
  const [postgres, mysql] = await Promise.all([Postgres.start(), Mysql.start()]);
  await postgres.admin('CREATE TABLE taken (id int PRIMARY KEY); INSERT INTO taken VALUES (1); GRANT ALL ON taken TO app', 'app');
  await mysql.admin('CREATE TABLE app.taken (id int PRIMARY KEY)');
  await mysql.admin('INSERT INTO app.taken VALUES (1)');
  const names = {
    HTTP: `http://127.0.0.1:${httpPort}`,
    HTTPS_OF_HTTP: `https://127.0.0.1:${httpPort}`,
    TLS: `https://localhost:${tlsPort}`,
    PORT: String(takenPort),
    CLOSED: String(await freePort()),
    SSH: String(ssh.port),
    USER: ssh.user,
    FINGERPRINT: ssh.fingerprint,
    KEYFILE: home.keyFile,
    OTHERKEY: `${home.folder}/other_key`,
    POSTGRES: String(postgres.port),
    PASSWORD: password,
    // A user without rights; who is none already needs no other.
    AS_NOBODY: process.getuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups' : '',
  };
  return {
    names,
    postgres,
    mysql,
    async stop() {
      for (const server of [http, tls]) server.closeAllConnections();
      await Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve))));
      await Promise.all([ssh.stop(), postgres.dispose(), mysql.dispose()]);
      home.remove();
      remove(folder);
    },
  };
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
