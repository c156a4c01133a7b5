import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'ldapts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { freePort, remove, ServerProcess, temporary } from './server.ts';
import { password } from './sql.ts';

export const base = 'dc=example,dc=net';
/** May set passwords and knows the test's password. */
export const resetter = `cn=reset,${base}`;
/** May read and nothing else. */
export const reader = `cn=reader,${base}`;

const people: Readonly<Record<string, string>> = {
  ann: 'objectClass: inetOrgPerson\nobjectClass: posixAccount\nuidNumber: 1001\ngidNumber: 1001\nhomeDirectory: /home/ann\nloginShell: /bin/bash',
  bob: 'objectClass: inetOrgPerson\nobjectClass: posixAccount\nobjectClass: shadowAccount\nuidNumber: 1002\ngidNumber: 1002\nhomeDirectory: /home/bob',
  backup:
    'objectClass: inetOrgPerson\nobjectClass: posixAccount\nuidNumber: 34\ngidNumber: 34\nhomeDirectory: /var/backups\nloginShell: /usr/sbin/nologin',
  locked: 'objectClass: inetOrgPerson\npwdAccountLockedTime: 000001010000Z',
  root: 'objectClass: inetOrgPerson',
};

/** A real directory in a folder of its own, with a password policy unless told otherwise, and TLS. */
export class Slapd {
  readonly port: number;
  readonly certificates: Certificates;
  readonly #folder: string;
  #process: ServerProcess | undefined;

  static async start({ policy = true } = {}): Promise<Slapd> {
    const folder = temporary('slapd');
    const server = new Slapd(folder, await freePort(), makeCertificates(folder));
    const { ca, cert, key } = server.certificates;
    mkdirSync(join(folder, 'data'));
    writeFileSync(
      join(folder, 'slapd.conf'),
      `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
${policy ? 'moduleload ppolicy' : ''}
TLSCACertificateFile ${ca}
TLSCertificateFile ${cert}
TLSCertificateKeyFile ${key}
database mdb
suffix ${base}
rootdn cn=root,${base}
directory ${folder}/data
access to dn.exact="uid=sealed,ou=people,${base}" attrs=userPassword by anonymous auth by * none
access to attrs=userPassword by dn.exact="${resetter}" write by self write by anonymous auth by * none
access to * by dn.exact="${resetter}" manage by dn.exact="${reader}" read by * read
${policy ? `overlay ppolicy\nppolicy_default cn=policy,${base}\n` : ''}`,
    );
    const entry = (dn: string, text: string) => `dn: ${dn}\n${text}\n\n`;
    const account = (dn: string, name: string) =>
      entry(dn, `objectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: ${name}\nuserPassword: ${password}`);
    const person = (name: string, text: string, ou = 'people') =>
      entry(
        `uid=${name},ou=${ou},${base}`,
        `${policy ? text : text.replace(/\npwdAccount.*/, '')}\nuid: ${name}\ncn: ${name}\nsn: ${name}\nuserPassword: old-password-of-${name}`,
      );
    writeFileSync(
      join(folder, 'data.ldif'),
      [
        entry(base, 'objectClass: dcObject\nobjectClass: organization\no: example\ndc: example'),
        ...['people', 'other'].map((ou) => entry(`ou=${ou},${base}`, `objectClass: organizationalUnit\nou: ${ou}`)),
        account(resetter, 'reset'),
        account(reader, 'reader'),
        ...(policy
          ? [
              entry(
                `cn=policy,${base}`,
                'objectClass: device\nobjectClass: pwdPolicy\ncn: policy\npwdAttribute: userPassword\npwdMustChange: TRUE\npwdAllowUserChange: TRUE',
              ),
            ]
          : []),
        ...Object.entries(people).map(([name, text]) => person(name, text)),
        person('twice', 'objectClass: inetOrgPerson'),
        person('twice', 'objectClass: inetOrgPerson', 'other'),
        person('sealed', 'objectClass: inetOrgPerson'),
      ].join(''),
    );
    execFileSync('/usr/sbin/slapadd', ['-f', join(folder, 'slapd.conf'), '-l', join(folder, 'data.ldif')], { stdio: 'pipe' });
    await server.up();
    return server;
  }

  private constructor(folder: string, port: number, certificates: Certificates) {
    this.#folder = folder;
    this.port = port;
    this.certificates = certificates;
  }

  get url(): string {
    return `ldap://localhost:${this.port}`;
  }

  async up(): Promise<void> {
    this.#process = new ServerProcess(
      '/usr/sbin/slapd',
      ['-f', join(this.#folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${this.port}`, '-d', '0'],
      {
        cwd: this.#folder,
      },
    );
    await this.#process.until(() => this.as(resetter, password, async () => {}), 'slapd');
  }

  /** Works in a session of the one who is named; rejects where the password is not his. */
  async as<T>(dn: string, secret: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: this.url, timeout: 10_000 });
    try {
      await client.bind(dn, secret);
      return await work(client);
    } finally {
      await client.unbind().catch(() => {});
    }
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    remove(this.#folder);
  }
}

export const dnOf = (user: string): string => `uid=${user},ou=people,${base}`;
