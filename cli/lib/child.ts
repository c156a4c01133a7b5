import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { bundlePath } from './place.ts';

/** Runs one of our own bundles with this process's streams, and ends as it ends. Signals meant for this process go to it. */
export function runBundle(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [bundlePath(name), ...args], { stdio: 'inherit', env });
  // Ctrl-C reaches the child through the terminal by itself; here it must only not end this process first.
  const stay = () => undefined;
  const pass = () => void child.kill('SIGTERM');
  process.on('SIGINT', stay);
  process.on('SIGTERM', pass);
  process.on('SIGHUP', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
