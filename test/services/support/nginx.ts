import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, remove, ServerProcess, temporary } from './server.ts';

/** A real nginx with ModSecurity in a folder of its own, on a loopback port. */
export class NginxServer {
  readonly folder: string;
  readonly port: number;
  #process: ServerProcess | undefined;

  static async start(): Promise<NginxServer> {
    const server = new NginxServer(temporary('nginx'), await freePort());
    const { folder, port } = server;
    mkdirSync(join(folder, 'www'));
    mkdirSync(join(folder, 'temp'));
    writeFileSync(join(folder, 'www/index.html'), 'hello\n');
    writeFileSync(server.rules, '');
    writeFileSync(join(folder, 'main.conf'), `SecRuleEngine On\nSecRequestBodyAccess On\nInclude ${server.rules}\n`);
    const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/temp/${name};`);
    writeFileSync(
      server.config,
      `load_module /usr/lib/nginx/modules/ngx_http_modsecurity_module.so;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${folder}/pid;
error_log ${folder}/error.log;
worker_processes 1;
events { worker_connections 64; }
http {
  access_log off;
  ${temporaries.join(' ')}
  server {
    listen 127.0.0.1:${port};
    root ${folder}/www;
    modsecurity on;
    modsecurity_rules_file ${folder}/main.conf;
  }
}
`,
    );
    await server.up();
    return server;
  }

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  get rules(): string {
    return join(this.folder, 'runwright.conf');
  }

  get config(): string {
    return join(this.folder, 'nginx.conf');
  }

  async up(): Promise<void> {
    this.#process = new ServerProcess('/usr/sbin/nginx', ['-c', this.config, '-g', 'daemon off;'], { cwd: this.folder });
    await this.#process.until(() => this.status('/'), 'nginx');
  }

  /** Of the answer to a GET. */
  async status(path: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers: { connection: 'close' } });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Workers of before go on until they are done: asks until the status is there. */
  async until(path: string, status: number): Promise<void> {
    for (const deadline = Date.now() + 10_000; (await this.status(path)) !== status; )
      if (Date.now() > deadline) throw new Error(`${path} is still answered with ${await this.status(path)}`);
  }

  /** Each reload has workers of its own. */
  workers(): string[] {
    const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(this.#process?.pid)], { encoding: 'utf8' });
    return list.split('\n').filter((pid) => pid.trim() !== '');
  }

  async down(): Promise<void> {
    await this.#process?.stop('SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    remove(this.folder);
  }
}
