import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { localHost } from '../../../engine/connectors/host/local.ts';
import type { Host } from '../../../engine/connectors/host.ts';

// Where the programs of the network are is not on everybody's path.
process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/**
 * A host in a network of its own, and two who reach it: we (`ours` to `host`), and a stranger in a third network. All of it is made of
 * network namespaces and virtual cables, and nothing of it touches the machine's own network.
 */
export interface Network {
  /** The host's addresses, as we and as the stranger see it. */
  readonly host: { readonly fromUs: string; readonly fromStranger: string; readonly fromStranger6: string };
  readonly ours: string;
  readonly stranger: { readonly first: string; readonly second: string; readonly v6: string };
  /** What starts a program on the host. */
  readonly start: readonly string[];
  /** Commands on the host. */
  readonly machine: Host;
  /** Output of a program there; throws where it fails. */
  on(where: 'host' | 'stranger', ...command: readonly string[]): string;
  /** Listens on the host until the end, on all its addresses. */
  serve(port: number): Promise<void>;
  /** Whether a connection from the stranger's address to the host's comes about. */
  reaches(from: string, to: string, port: number): boolean;
  /** Takes the cable between us and the host away, or puts it back. */
  cable(state: 'down' | 'up'): void;
  remove(): void;
}

/** Why there can be none here; undefined where there can. */
export function noNamespaces(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need root on Linux';
  if (!existsSync('/usr/sbin/nft') || !(existsSync('/usr/sbin/ip') || existsSync('/sbin/ip')))
    return 'nftables and iproute2 are not installed';
  const name = `rw-try-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name]);
  const works = made.status === 0 && spawnSync('ip', ['netns', 'exec', name, 'nft', 'list', 'tables']).status === 0;
  spawnSync('ip', ['netns', 'del', name]);
  return works ? undefined : 'this kernel gives no network namespaces with nftables';
}

let made = 0;

export function makeNetwork(): Network {
  const tag = `${process.pid % 100_000}${made++}`;
  const [host, stranger] = [`rw-host-${tag}`, `rw-str-${tag}`];
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const started: ChildProcess[] = [];
  const remove = () => {
    for (const child of started) child.kill('SIGKILL');
    for (const name of [host, stranger]) spawnSync('ip', ['netns', 'del', name]);
    spawnSync('ip', ['link', 'del', `rwa${tag}`]);
  };
  const ours = '198.51.100.1';
  const addresses = { fromUs: '198.51.100.2', fromStranger: '203.0.113.1', fromStranger6: '2001:db8:7::1' };
  const strangers = { first: '203.0.113.7', second: '203.0.113.200', v6: '2001:db8:7::7' };
  try {
    for (const name of [host, stranger]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('link', 'add', `rwa${tag}`, 'type', 'veth', 'peer', 'name', 'us', 'netns', host);
    ip('-n', stranger, 'link', 'add', 'out', 'type', 'veth', 'peer', 'name', 'them', 'netns', host);
    ip('address', 'add', `${ours}/30`, 'dev', `rwa${tag}`);
    ip('-n', host, 'address', 'add', `${addresses.fromUs}/30`, 'dev', 'us');
    ip('-n', host, 'address', 'add', `${addresses.fromStranger}/24`, 'dev', 'them');
    ip('-n', host, 'address', 'add', `${addresses.fromStranger6}/64`, 'dev', 'them', 'nodad');
    for (const one of [strangers.first, strangers.second]) ip('-n', stranger, 'address', 'add', `${one}/24`, 'dev', 'out');
    ip('-n', stranger, 'address', 'add', `${strangers.v6}/64`, 'dev', 'out', 'nodad');
    ip('link', 'set', `rwa${tag}`, 'up');
    ip('-n', host, 'link', 'set', 'us', 'up');
    ip('-n', host, 'link', 'set', 'them', 'up');
    ip('-n', stranger, 'link', 'set', 'out', 'up');
  } catch (error) {
    remove();
    throw error;
  }
  const base = localHost({ folder: '/', environment: { PATH: process.env.PATH ?? '' }, signal: new AbortController().signal });
  return {
    host: addresses,
    ours,
    stranger: strangers,
    start: ['ip', 'netns', 'exec', host],
    machine: {
      ...base,
      run: (script, options = {}) =>
        base.run(`s=$1; shift; exec ip netns exec ${host} sh -c "$s" sh "$@"`, { ...options, args: [script, ...(options.args ?? [])] }),
    },
    on: (where, ...command) => execFileSync('ip', ['netns', 'exec', where === 'host' ? host : stranger, ...command], { encoding: 'utf8' }),
    async serve(port) {
      const listen = `require('node:net').createServer((s) => s.on('error', () => {}).end('hello')).listen(${port}, '::', () => console.log('ready'))`;
      const child = spawn('ip', ['netns', 'exec', host, process.execPath, '-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
      started.push(child);
      await new Promise((resolve) => child.stdout.once('data', resolve));
    },
    reaches(from, to, port) {
      // What is dropped answers nothing: after this long nobody waits for more.
      const probe = `const s = require('node:net').connect({ host: '${to}', port: ${port}, localAddress: '${from}' });
        s.once('connect', () => process.exit(0)); s.once('error', (e) => { console.error(e); process.exit(2) }); setTimeout(() => process.exit(1), 1500)`;
      const { status, stderr } = spawnSync('ip', ['netns', 'exec', stranger, process.execPath, '-e', probe], { encoding: 'utf8' });
      if (status !== 0 && status !== 1) throw new Error(stderr);
      return status === 0;
    },
    cable: (state) => void ip('link', 'set', `rwa${tag}`, state),
    remove,
  };
}
