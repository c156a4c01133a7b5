import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { codeOf } from './files.ts';
import type { Ended, Job } from './records.ts';

export interface Child {
  readonly kind: 'started';
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<Ended['end']>;
}

type NotStarted = Extract<Ended['end'], { kind: 'not-started' }>;

/** Starts the first command whose program exists, in a session and group of its own, with nothing to read. */
export async function startFirst(job: Pick<Job, 'commands' | 'env' | 'cwd'>): Promise<Child | NotStarted> {
  try {
    if (!statSync(job.cwd).isDirectory()) return notStarted('folder', '', 'ENOTDIR');
  } catch (error) {
    return notStarted('folder', '', codeOf(error));
  }
  let last = notStarted('program', '', 'ENOENT');
  for (const command of job.commands) {
    const result = await start(command, job);
    if (result.kind === 'started') return result;
    last = last.program === '' ? result : last;
    if (result.code !== 'ENOENT') return result;
  }
  return last;
}

async function start(command: readonly string[], job: Pick<Job, 'env' | 'cwd'>): Promise<Child | NotStarted> {
  const [program = '', ...rest] = command;
  try {
    const child = spawn(program, rest, {
      cwd: job.cwd,
      env: job.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const { pid, stdout, stderr } = child;
    if (pid === undefined) {
      return await new Promise((resolve) => child.once('error', (error) => resolve(notStarted('program', program, codeOf(error)))));
    }
    child.on('error', () => {});
    const ended = new Promise<Ended['end']>((resolve) =>
      child.once('exit', (exitCode, signal) =>
        resolve(signal ? { kind: 'signalled', signal } : { kind: 'exited', exitCode: exitCode ?? 0 }),
      ),
    );
    return { kind: 'started', pid, stdout, stderr, ended };
  } catch (error) {
    // Only the code: the message of a refused argument quotes it.
    return notStarted('program', program, codeOf(error));
  }
}

const notStarted = (reason: NotStarted['reason'], program: string, code: string): NotStarted => ({
  kind: 'not-started',
  reason,
  program,
  code,
});
