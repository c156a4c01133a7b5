// Starts the real VS Code as a server for a browser. Run by Node 24; RUNWRIGHT_VSCODE_SERVER names the server's script.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ServerOptions {
  /** Settings, extensions, logs and state of this VS Code, in a folder of its own. */
  readonly dataFolder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A port or a range of which the first free one is taken; without it any free one. */
  readonly port?: string;
}

export interface VSCodeServer {
  readonly port: number;
  readonly pid: number;
  /** Address of a window on a folder; `payload` are the workbench's development options. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** Ends the server with all it started. */
  stop(): Promise<void>;
}

const defaults = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.openRepositoryInParentFolders': 'never',
};

function serverScript(): string {
  const script = process.env.RUNWRIGHT_VSCODE_SERVER;
  if (!script) throw new Error('RUNWRIGHT_VSCODE_SERVER is not set: start this by `npm start` or `npm test`.');
  return script;
}

const folders = (dataFolder: string) => [
  '--server-data-dir',
  dataFolder,
  '--user-data-dir',
  join(dataFolder, 'data'),
  '--extensions-dir',
  join(dataFolder, 'extensions'),
];
// The editor's own gallery is never asked; an inherited VS Code environment would confuse the server.
const environment = (env: Readonly<Record<string, string>> = {}) => {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_') && name !== 'ELECTRON_RUN_AS_NODE'),
  );
  return { ...inherited, EXTENSIONS_GALLERY: '{}', ...env };
};

/** Installs a packaged extension into a server's data folder. */
export function installExtension(vsix: string, dataFolder: string): void {
  const result = spawnSync(
    process.execPath,
    [serverScript(), ...folders(dataFolder), '--accept-server-license-terms', '--install-extension', vsix, '--force'],
    { encoding: 'utf8', env: environment() },
  );
  if (result.status !== 0 || !/successfully installed/.test(result.stdout))
    throw new Error(`The extension was not installed.\n${result.stdout}${result.stderr}`);
}

/** Starts a server on a free port of 127.0.0.1; only who knows the address with its token gets in. */
export async function startServer(options: ServerOptions): Promise<VSCodeServer> {
  const settingsFolder = join(options.dataFolder, 'data', 'User');
  mkdirSync(settingsFolder, { recursive: true });
  mkdirSync(join(options.dataFolder, 'extensions'), { recursive: true });
  const settingsFile = join(settingsFolder, 'settings.json');
  // What a person has set in this VS Code stays.
  const own = existsSync(settingsFile) ? (JSON.parse(readFileSync(settingsFile, 'utf8')) as object) : {};
  writeFileSync(settingsFile, JSON.stringify({ ...defaults, ...options.settings, ...own }, null, 2));
  const token = randomBytes(24).toString('base64url');
  const tokenFile = join(options.dataFolder, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const logFile = join(options.dataFolder, 'server.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(
    process.execPath,
    [
      serverScript(),
      '--host',
      '127.0.0.1',
      '--port',
      options.port ?? '0',
      '--connection-token-file',
      tokenFile,
      '--accept-server-license-terms',
      '--telemetry-level',
      'off',
      ...folders(options.dataFolder),
      ...(options.args ?? []),
    ],
    {
      stdio: ['ignore', log, log],
      detached: true,
      env: environment({ PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...options.env }),
    },
  );
  const pid = child.pid;
  if (pid === undefined) throw new Error('The VS Code server did not start.');
  const port = await listening(child, logFile);
  return {
    port,
    pid,
    url(folder, payload) {
      const query = new URLSearchParams({ tkn: token, folder });
      if (payload) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${port}/?${query}`;
    },
    stop: () => stopGroup(child, pid),
  };
}

async function listening(child: ChildProcess, logFile: string): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const text = readFileSync(logFile, 'utf8');
    const port = /listening on (\d+)/.exec(text)?.[1];
    if (port) return Number(port);
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The VS Code server did not start.\n${text.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function stopGroup(child: ChildProcess, pid: number): Promise<void> {
  const ended = new Promise<void>((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve()));
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-pid, signal);
    } catch {
      return;
    }
    const done = await Promise.race([ended.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 3_000, false))]);
    if (done && signal === 'SIGTERM') continue;
  }
}
