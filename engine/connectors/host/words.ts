import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { HostRun } from '../host.ts';
import { quote } from '../ssh/programs.ts';

/** A program for a POSIX `sh` with its arguments in it, so that none of them is in an argv. Throws for what a shell cannot hold. */
export function withArguments(script: string, args: readonly string[] = []): string {
  for (const text of [script, ...args]) if (text.includes('\0')) throw nul();
  // A list of none would print what is set.
  return `${args.length === 0 ? 'set --' : `set -- ${args.map(quote).join(' ')}`}\n${script}\n`;
}

/** Throws `env-name` for one that no shell takes. */
export function checkNames(env: HostRun['env'] = {}): void {
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new ProblemError(problem('env-name', { name }));
    if (value.includes('\0')) throw nul();
  }
}

const nul = () => new ProblemError(problem('internal', { why: 'a text for a shell holds a null character' }));

/** Why a file could not be had, as a person is told. `code`: of Node's, or what stands for it. */
export function fileProblem(host: string, path: string, done: 'read' | 'written', code: string): ProblemError {
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ProblemError(problem('path-missing', { host, path }));
  if (code === 'EISDIR' || code === 'EKIND') return new ProblemError(problem('path-kind', { host, path }));
  const why = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
  };
  return new ProblemError(
    problem('path-denied', { host, path, done, why: Object.hasOwn(why, code) ? why[code as keyof typeof why] : code }),
  );
}
