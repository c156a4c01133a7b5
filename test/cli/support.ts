import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exit } from '../../cli/lib/exit.ts';

const root = join(import.meta.dirname, '../..');
/** The built bundles; another folder may be tested by naming it. */
const dist = process.env.RUNWRIGHT_DIST ?? join(root, 'dist');
export const cli = join(dist, 'cli.cjs');
export { exit };

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** A state folder and a copy of the samples of its own; the engine that commands start in it is stopped at the end. */
export class Sandbox {
  readonly folder: string;
  readonly state: string;
  readonly samples: string;
  readonly #children = new Set<ChildProcess>();

  constructor(folder: string) {
    this.folder = folder;
    this.state = join(folder, 'state');
    this.samples = join(folder, 'samples');
  }

  env(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const {
      NO_COLOR: _no,
      FORCE_COLOR: _force,
      OPENAI_API_KEY: _key,
      RUNWRIGHT_AI_BASE_URL: _url,
      RUNWRIGHT_AI_MODEL: _model,
      ...inherited
    } = process.env;
    return { ...inherited, RUNWRIGHT_STATE: this.state, ...extra };
  }

  /** Runs a command to its end; standard input is empty unless given. */
  async run(args: readonly string[], options: Options = {}): Promise<Result> {
    const command = this.start(args, options);
    command.child.stdin?.end(options.input ?? '');
    return command.ended;
  }

  /** Runs a command that prints JSON. */
  async json<T = Record<string, unknown>>(
    args: readonly string[],
    options: Options = {},
  ): Promise<{ code: number | null; value: T; stderr: string }> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], options);
    return { code, value: parse<T>(stdout, stderr), stderr };
  }

  start(args: readonly string[], options: Options = {}): Command {
    return this.#spawn([cli, ...args], process.execPath, options);
  }

  /** In a pseudo-terminal, which echoes what is typed. */
  terminal(args: readonly string[], options: Options = {}): Command {
    const program = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
    return this.#spawn(['-c', program, process.execPath, cli, ...args], 'python3', {
      ...options,
      env: { TERM: 'xterm-256color', ...options.env },
    });
  }

  async write(name: string, text: string): Promise<string> {
    await writeFile(join(this.folder, name), text);
    return join(this.folder, name);
  }

  async dispose(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.run(['engine', 'stop']);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(args: readonly string[], program: string, options: Options): Command {
    const child = spawn(program, args, { cwd: options.cwd ?? this.folder, env: this.env(options.env), stdio: 'pipe' });
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    return new Command(child);
  }
}

/** A command that is still running. */
export class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  #stdout = '';
  #stderr = '';
  #changed: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#changed();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#changed();
    });
    child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr });
        this.#changed();
      });
    });
  }

  get shown(): string {
    return this.#stdout + this.#stderr;
  }

  /** Waits until this was printed; fails when the command ends without it. */
  async sees(text: string | RegExp): Promise<void> {
    const there = () => (typeof text === 'string' ? this.shown.includes(text) : text.test(this.shown));
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (!there()) {
      assert.equal(over, false, `ended without ${text}:\n${this.shown}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }
}

export const pseudoTerminal = process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;

/** A sandbox for each test of a group. */
export function sandboxes(): () => Sandbox {
  let current: Sandbox | undefined;
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'runwright-cli-'));
    await cp(join(root, 'samples'), join(folder, 'samples'), { recursive: true });
    current = new Sandbox(folder);
  });
  afterEach(async () => {
    await current?.dispose();
    current = undefined;
  });
  return () => {
    assert(current);
    return current;
  };
}

export function parse<T = Record<string, unknown>>(text: string, otherwise = ''): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    assert.fail(`not JSON:\n${text}\n${otherwise}`);
  }
}

/** The events of `run --json` and its last line. */
export function eventsOf(stdout: string): { events: Event[]; last: Last } {
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => parse<Event & Last>(line, stdout));
  const last = lines.pop();
  assert(last?.type === 'run', stdout);
  return { events: lines, last };
}

export interface Event {
  readonly seq: number;
  readonly time: string;
  readonly type: string;
  readonly step?: string;
  readonly stream?: string;
  readonly text?: string;
  readonly digest?: string;
}

export interface Last {
  readonly type: 'run';
  readonly id: string;
  readonly status: string;
  readonly outputs: Record<string, unknown>;
  readonly steps: {
    id: string;
    status: string;
    attempts: number;
    exitCode?: number;
    error?: { code: string; class: string; message: string; remedy: string };
    durationMs: number;
  }[];
  readonly rollback?: string;
}

/** Skips a test and says why. */
export function skip(test: Mocha.Context, why: string): never {
  if (test.test) test.test.title += ` (skipped: ${why})`;
  return test.skip();
}
