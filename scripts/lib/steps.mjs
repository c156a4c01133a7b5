// One line when a step starts, its time when it ends: nothing runs silently.
import { spawn } from 'node:child_process';
import { alsoHeldBy } from './held.mjs';

export const started = Date.now();
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

export function say(text) {
  process.stderr.write(`[${seconds(Date.now() - started).padStart(8)}] ${text}\n`);
}

/** Runs `work` as a named step; long ones say every 15 s that they are still at it. */
export async function step(name, work) {
  say(name);
  const from = Date.now();
  const alive = setInterval(() => say(`${name}: still working (${seconds(Date.now() - from)})`), 15_000);
  try {
    const result = await work();
    const took = Date.now() - from;
    if (took > 1_000) say(`${name}: done in ${seconds(took)}`);
    return result;
  } finally {
    clearInterval(alive);
  }
}

/** Runs a program; its output goes to ours unless `quiet`, then it is shown only when it fails. Rejects on a non-zero exit. */
export function run(file, args, { quiet = false, input, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      ...options,
    });
    if (child.pid !== undefined) alsoHeldBy(child.pid);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        output += data;
      });
    if (input !== undefined) child.stdin.end(input);
    child.on('error', (error) => reject(new Error(`${file} did not start: ${error.message}`)));
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve(output);
      const error = new Error(`${[file, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}${output ? `\n${output}` : ''}`);
      error.exitCode = code ?? 1;
      reject(error);
    });
  });
}
