import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** Of its first host key. */
  readonly fingerprint: string;
  /** The line of known_hosts that makes it trusted. */
  readonly knownHost: string;
  /** What it logged so far. */
  log(): string;
  /** Kills the connections it has, not itself. */
  cut(): void;
  /** Its connections stay open and nothing comes over them any more. */
  freeze(): void;
  stop(): Promise<void>;
}

export interface SshdOptions {
  readonly keyTypes?: readonly string[];
  /** More lines of sshd_config. */
  readonly config?: string;
  /** Where it listens and is reached; 127.0.0.1 where absent. */
  readonly address?: string;
  /** What starts it, given its program and arguments. */
  readonly start?: readonly string[];
}

/** A folder of the tests' own, which is a home with keys too. */
export interface Home {
  readonly folder: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly keyFile: string;
  trust(...servers: Sshd[]): void;
  write(file: string, text: string): string;
  remove(): void;
}

export const loginUser = userInfo().username;

export function makeHome(base = tmpdir()): Home {
  const folder = mkdtempSync(join(base, 'runwright-ssh-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, '.ssh'), { mode: 0o700 });
  const keyFile = join(folder, 'login_key');
  keygen(keyFile, 'ed25519');
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, file), text, { mode: 0o600 });
    return join(folder, file);
  };
  return {
    folder,
    keyFile,
    privateKey: readFileSync(keyFile, 'utf8'),
    publicKey: readFileSync(`${keyFile}.pub`, 'utf8'),
    trust: (...servers) => void write('.ssh/known_hosts', servers.map(({ knownHost }) => `${knownHost}\n`).join('')),
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function keygen(file: string, type: string, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', file]);
}

export async function startSshd(home: Home, options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(home.folder, 'sshd-'));
  const port = await freePort();
  const address = options.address ?? '127.0.0.1';
  const keys = (options.keyTypes ?? ['ed25519']).map((type) => {
    const file = join(folder, `host_${type}`);
    keygen(file, type);
    return file;
  });
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, home.publicKey, { mode: 0o644 });
  chmodSync(folder, 0o755);
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      // The first of a key counts.
      options.config ?? '',
      `Port ${port}`,
      `ListenAddress ${address}`,
      ...keys.map((key) => `HostKey ${key}`),
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${join(folder, 'pid')}`,
      'PermitRootLogin yes',
      'StrictModes no',
      // Keeps bash from reading start files, which may be slow here: it takes itself for one shell among others.
      'SetEnv SHLVL=3',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  );
  if (!existsSync('/run/sshd') && process.getuid?.() === 0) mkdirSync('/run/sshd', { mode: 0o755 });
  let log = '';
  const [program = '', ...rest] = [...(options.start ?? []), '/usr/sbin/sshd', '-D', '-e', '-f', config];
  const server = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  server.stderr.on('data', (chunk) => {
    log += chunk;
  });
  await listening(address, port, server, () => log);
  const [first = ''] = keys;
  const publicKey = readFileSync(`${first}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  return {
    port,
    user: loginUser,
    fingerprint: execFileSync('ssh-keygen', ['-lf', `${first}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '',
    knownHost: `[${address}]:${port} ${publicKey}`,
    log: () => log,
    cut: () => {
      for (const pid of childrenOf(server.pid ?? 0)) kill(pid, 'SIGKILL');
    },
    freeze: () => {
      for (const pid of [...childrenOf(server.pid ?? 0), server.pid ?? 0]) kill(pid, 'SIGSTOP');
    },
    async stop() {
      for (const pid of childrenOf(server.pid ?? 0)) kill(pid, 'SIGKILL');
      const gone = server.exitCode === null ? new Promise((resolve) => server.once('exit', resolve)) : undefined;
      server.kill('SIGKILL');
      await gone;
    },
  };
}

/** Its children and theirs, as far as they are sshd themselves: what they started is no part of the connection. */
function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, name]) => name?.startsWith('sshd'))
    .flatMap(([child]) => [...childrenOf(Number(child)), Number(child)]);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function listening(address: string, port: number, server: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`sshd ended: ${log()}`);
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address);
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('data', () => socket.destroy());
    });
    if (answered) return;
    await sleep(20);
  }
}

/** A folder with nothing but these programs, for a PATH; those this machine lacks are left out. */
export function programsOnly(folder: string, names: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const { stdout } = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
    if (stdout.trim().startsWith('/')) symlinkSync(realpathSync(stdout.trim()), join(folder, name));
  }
  return folder;
}

/** What the wrapper cannot do without. */
export const leastPrograms = ['sh', 'cat', 'tee', 'head', 'mkfifo', 'mkdir', 'ln', 'mv', 'rm', 'wc', 'sleep', 'ps', 'tr'];

/** A user with a password, and what removes it; undefined where we may not make one. */
export function throwawayUser(password: string, suffix = ''): { readonly name: string; remove(): void } | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/sbin/useradd')) return undefined;
  const name = `rw-test-${process.pid}${suffix}`;
  execFileSync('/usr/sbin/useradd', ['-m', '-s', '/bin/sh', name]);
  execFileSync('/usr/sbin/chpasswd', { input: `${name}:${password}\n` });
  return { name, remove: () => void spawnSync('/usr/sbin/userdel', ['-r', '-f', name]) };
}

/** An agent that holds the home's key. */
export function startAgent(home: Home): { readonly socket: string; stop(): void } {
  const socket = join(home.folder, 'agent.sock');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  while (!existsSync(socket)) spawnSync('sleep', ['0.02']);
  execFileSync('ssh-add', ['-q', home.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return { socket, stop: () => agent.kill() };
}
