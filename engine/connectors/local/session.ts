import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Attempt } from '../connector.ts';
import { asEnded, type Ended, type Job } from './records.ts';

export type SupervisorProcess = ChildProcessByStdio<Writable, Readable, null>;

/** In a session of its own, with next to no environment: the engine's is none of the script's business. */
export function startSupervisor(path: string): SupervisorProcess {
  const windows = Object.entries(process.env).filter(([name]) => ['SYSTEMROOT', 'WINDIR', 'TEMP', 'TMP'].includes(name.toUpperCase()));
  const env = { ...(process.platform === 'win32' ? Object.fromEntries(windows) : {}), ELECTRON_RUN_AS_NODE: '1' };
  return spawn(process.execPath, [path], { cwd: dirname(path), detached: true, env, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
}

/**
 * Hands over the job, passes output on, and resolves with what the supervisor said of the end; with nothing when it went without a word.
 * The end of a supervisor whose script ended by itself is not waited for; of one that was asked to stop it is.
 */
export async function follow(supervisor: SupervisorProcess, job: Job, attempt: Attempt): Promise<Ended | undefined> {
  let told: Ended | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<Ended | undefined>();
  supervisor.once('error', reject);
  supervisor.once('close', () => resolve(told));
  // A supervisor that died early is noticed by its end, not by its pipe.
  supervisor.stdin.on('error', () => {});
  supervisor.stdin.end(JSON.stringify(job));
  eachLine(supervisor.stdout, (line) => {
    const frame = parse(line);
    if (frame && 'ended' in frame) {
      told = asEnded(frame.ended);
      if (told?.stopped === false) resolve(told);
    } else if (frame && (frame.stream === 'stdout' || frame.stream === 'stderr')) attempt.output(frame.stream, String(frame.text));
  });
  return promise;
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    // The last line of a supervisor that was killed.
    return undefined;
  }
}

/** Not `readline`, which also ends lines at U+2028, a plain character in JSON. */
function eachLine(stream: Readable, line: (text: string) => void): void {
  let parts: string[] = [];
  stream.setEncoding('utf8');
  stream.on('error', () => {});
  stream.on('data', (chunk: string) => {
    const [first = '', ...rest] = chunk.split('\n');
    parts.push(first);
    for (const next of rest) {
      line(parts.join(''));
      parts = [next];
    }
  });
}
