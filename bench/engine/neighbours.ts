// The same durable steps in DBOS (on PostgreSQL) and Restate, and shell steps in Ansible, on this machine and this disk.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, figure, timed } from './stats.ts';

/** Milliseconds per step. */
export interface Durable {
  readonly sequence: Figure;
  readonly concurrent: Figure;
}

const packages = process.env.RUNWRIGHT_NEIGHBOURS ?? '';
const script = (name: string) => resolve(import.meta.dirname, 'peers', name);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function measure(file: string, args: readonly string[]): Promise<Durable> {
  const child = spawn(process.execPath, [script(file), packages, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${file} ended with code ${code}.`);
  const { sequence, concurrent } = JSON.parse(text.trim().split('\n').at(-1) ?? '') as { sequence: number[]; concurrent: number[] };
  return { sequence: figure(sequence), concurrent: figure(concurrent) };
}

/** Until it holds; two minutes are a failure. */
async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 120_000; !(await holds()); await sleep(100))
    if (Date.now() > end) throw new Error(`${what} did not come up.`);
}

/** PostgreSQL as Debian ships it: its own defaults, which commit durably. */
export async function dbos(folder: string): Promise<Durable> {
  const [version] = readdirSync('/usr/lib/postgresql');
  const bin = (name: string) => join('/usr/lib/postgresql', version ?? '', 'bin', name);
  // PostgreSQL refuses to run as root.
  const asRoot = process.getuid?.() === 0;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = asRoot ? { uid: id('-u'), gid: id('-g') } : {};
  const data = join(folder, 'postgres');
  mkdirSync(data, { mode: 0o700 });
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid);
  const port = await freePort();
  execFileSync(bin('initdb'), ['-D', data, '-U', 'bench', '-A', 'trust'], { ...user, stdio: 'ignore', cwd: '/' });
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`];
  const server = spawn(bin('postgres'), args, { ...user, stdio: 'ignore', cwd: '/' });
  try {
    const ready = () => {
      try {
        execFileSync(bin('pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    };
    await until(ready, 'PostgreSQL');
    return await measure('dbos.mjs', [`postgresql://bench@127.0.0.1:${port}/bench_dbos`]);
  } finally {
    server.kill('SIGINT');
    await once(server, 'exit');
  }
}

export async function restate(folder: string): Promise<Durable> {
  const base = join(folder, 'restate');
  mkdirSync(base);
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()];
  const binary = join(packages, 'node_modules/@restatedev', `restate-server-${process.platform}-${process.arch}`, 'bin/restate-server');
  const server = spawn(binary, ['--no-logo', '--listen-mode', 'tcp', '--base-dir', base, '--node-name', 'bench'], {
    cwd: base,
    env: {
      ...process.env,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
    },
    stdio: 'ignore',
  });
  try {
    const answers = (url: string) =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(() => answers(`http://127.0.0.1:${admin}/health`), 'Restate');
    await until(() => answers(`http://127.0.0.1:${ingress}/restate/health`), "Restate's ingress");
    return await measure('restate.mjs', [String(ingress), String(admin)]);
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}

/** Milliseconds per task: a playbook of 21 shell tasks on localhost, less one of a single task. */
export async function ansible(folder: string): Promise<Figure> {
  const tasks = 20;
  const playbook = (name: string, count: number) => {
    const file = join(folder, name);
    const list = Array.from({ length: count }, () => '    - ansible.builtin.shell: "true"\n').join('');
    writeFileSync(file, `- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n${list}`);
    return () => execFileSync('ansible-playbook', ['-i', 'localhost,', file], { cwd: folder, stdio: 'ignore' });
  };
  const [long, short] = [playbook('long.yaml', tasks + 1), playbook('short.yaml', 1)];
  const found: number[] = [];
  for (let round = 0; round < 3; round++) {
    const with_ = await timed(long);
    const without = await timed(short);
    found.push((with_ - without) / tasks);
  }
  return figure(found);
}
