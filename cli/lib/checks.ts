import { spawnSync } from 'node:child_process';
import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError } from '../../client/errors.ts';
import { withEngine } from './engine.ts';
import { version } from './place.ts';

/** What `doctor` found of one thing: a sentence, and what to do where it is a problem. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  readonly remedy?: string;
}

type Look = (env: NodeJS.ProcessEnv, folder: string) => Promise<Check>;

/** Bytes below which a journal soon has no room. */
const littleSpace = 200 * 1024 * 1024;

const ok = (check: string, message: string): Check => ({ check, ok: true, message });
const bad = (check: string, message: string, remedy: string): Check => ({ check, ok: false, message, remedy });

/** In the order they are printed. None changes anything; the engine is not started for them. */
export const looks: readonly Look[] = [node, state, disk, keyFile, tokens, engine, trusted, shells];

async function node(): Promise<Check> {
  return ok('node', `Node ${process.versions.node}; Runwright ${version()}.`);
}

async function state(_env: NodeJS.ProcessEnv, folder: string): Promise<Check> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) {
    const parent = await nearest(folder);
    return (await writable(parent))
      ? ok('state-folder', `${folder} is not there yet; the engine makes it.`)
      : bad(
          'state-folder',
          `${folder} is not there, and ${parent} cannot be written.`,
          'Make it writable, or set RUNWRIGHT_STATE to another folder.',
        );
  }
  if (!found.isDirectory())
    return bad('state-folder', `${folder} is not a folder.`, 'Move it away, or set RUNWRIGHT_STATE to another folder.');
  if (!(await writable(folder)))
    return bad(
      'state-folder',
      `${folder} cannot be written.`,
      `Give it back to its owner: chmod 700 ${folder}, on a disk that is not read-only.`,
    );
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    return bad('state-folder', `Others may read ${folder}.`, `chmod 700 ${folder}`);
  return ok('state-folder', `${folder} can be written.`);
}

async function disk(_env: NodeJS.ProcessEnv, folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(await nearest(folder));
  const free = bavail * bsize;
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB are free on the disk of the state folder.`;
  return free < littleSpace ? bad('disk', text, 'Make room there, for example with `runwright prune`.') : ok('disk', text);
}

/** As the store says of itself; one that cannot be read is told of elsewhere. */
async function isHanded(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'secrets.json'), 'utf8').catch(() => '');
  return /^\s*"handed": true,?$/m.test(text);
}

async function keyFile(env: NodeJS.ProcessEnv, folder: string): Promise<Check> {
  if (env.CREDENTIAL_ENCRYPTION_KEY !== undefined) return ok('secrets-key', 'The key of the secrets comes from CREDENTIAL_ENCRYPTION_KEY.');
  const secrets = await stat(join(folder, 'secrets.json')).catch(() => undefined);
  if (secrets && (await isHanded(folder)))
    return ok('secrets-key', 'The key of the secrets is kept by VS Code, which hands it over when it connects.');
  const key = await stat(join(folder, 'secrets.key')).catch(() => undefined);
  if (!key)
    return secrets
      ? bad(
          'secrets-key',
          'There are secrets, and their key file secrets.key is gone.',
          'Put it back from a backup, or remove secrets.json and enter the secrets again.',
        )
      : ok('secrets-key', 'No secret has been entered yet.');
  return ownOnly('secrets-key', join(folder, 'secrets.key'), key.mode);
}

async function tokens(_env: NodeJS.ProcessEnv, folder: string): Promise<Check> {
  const file = join(folder, 'tokens.json');
  const found = await stat(file).catch(() => undefined);
  return found ? ownOnly('tokens', file, found.mode) : ok('tokens', 'No engine has been started here yet.');
}

function ownOnly(check: string, file: string, mode: number): Check {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return ok(check, `${file} is its owner's alone.`);
  return bad(check, `Others may read ${file}.`, `chmod 600 ${file}`);
}

async function engine(env: NodeJS.ProcessEnv): Promise<Check> {
  try {
    const { version: theirs, pid } = await withEngine(env, async (client) => client.health, { start: false });
    if (theirs === version()) return ok('engine', `It runs: version ${theirs}, process ${pid}.`);
    return bad(
      'engine',
      `It runs in version ${theirs}, this command is ${version()}.`,
      'The next command of the newer version replaces it; `runwright engine stop` does so now.',
    );
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.error.code !== 'engine-unreachable') return bad('engine', error.error.message, error.error.remedy);
    return ok('engine', 'It does not run; the next command that needs it starts it.');
  }
}

/** From its file: the engine need not run. */
async function trusted(_env: NodeJS.ProcessEnv, folder: string): Promise<Check> {
  const text = await readFile(join(folder, 'trusted.json'), 'utf8').catch(() => '[]');
  const folders = parse(text);
  if (!folders)
    return bad(
      'trust',
      'The list of trusted folders cannot be read, so none is trusted.',
      `Remove ${join(folder, 'trusted.json')} and trust them again.`,
    );
  const gone: string[] = [];
  for (const one of folders) if (!(await stat(one).catch(() => undefined))?.isDirectory()) gone.push(one);
  if (gone.length > 0) return bad('trust', `Trusted and not there: ${gone.join(', ')}.`, `runwright trust --remove ${gone[0]}`);
  return ok('trust', folders.length === 0 ? 'No folder is trusted.' : `Trusted: ${folders.join(', ')}.`);
}

function parse(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

async function shells(env: NodeJS.ProcessEnv): Promise<Check> {
  const names = ['bash', 'sh', 'pwsh', 'python3', 'node'];
  const there = names.filter((name) => spawnSync(name, ['--version'], { env, stdio: 'ignore', timeout: 10_000 }).error === undefined);
  if (there.some((name) => name === 'bash' || name === 'sh' || name === 'pwsh')) return ok('shells', `Found: ${there.join(', ')}.`);
  return bad(
    'shells',
    'Neither bash nor sh nor pwsh is on the PATH.',
    'Install one, or set `shell:` in the runbooks to a program that is there.',
  );
}

/** The folder, or the closest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) if ((await stat(at).catch(() => undefined)) || at === dirname(at)) return at;
}

const writable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
