import { readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { tooLargeKey } from '../../../runbook/core/model.ts';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt } from '../connector.ts';
import { longestOutput } from '../output-limit.ts';
import { unsealOutputs } from '../secret-outputs.ts';
import { stopped } from '../stopped.ts';
import { files } from './files.ts';
import { type Ended, readStop } from './records.ts';

/** Exit codes that say more than that something failed. */
const knownCodes: Readonly<Record<number, { readonly message: string; readonly remedy: string }>> = {
  126: {
    message: 'The script ended with exit code 126: a command in it was found but could not be executed.',
    remedy: 'Make it executable (`chmod +x`) and check that it is built for this machine; the end of the output names it.',
  },
  127: {
    message: 'The script ended with exit code 127: a command in it was not found.',
    remedy: 'Install it, or correct its name or PATH; the end of the output names it.',
  },
  137: {
    message: 'The script ended with exit code 137: a command in it was killed (SIGKILL).',
    remedy: 'Most often the machine ran out of memory: look into its kernel log, and give the command less to do or more memory.',
  },
  143: {
    message: 'The script ended with exit code 143: a command in it was asked to end (SIGTERM).',
    remedy: 'Find out who ended it: a service manager, a time limit of its own, or a person.',
  },
};

/**
 * What the record of the end means. Outputs are `stdout`, `stderr` (without trailing line ends), `exit-code`, and what the script wrote to `$RUNWRIGHT_OUTPUT`.
 * One longer than 256 KiB is not among them; its name is in the list `too-large`, which is there only then.
 */
export async function outcomeOf(
  ended: Ended,
  attempt: Pick<Attempt, 'folder' | 'request' | 'timeout' | 'secretOutputs'>,
): Promise<Outcome> {
  const { end } = ended;
  if (end.kind === 'not-started') {
    if (end.reason === 'stopped') return stopped(readStop(attempt.folder) ?? 'cancelled', attempt.timeout);
    if (end.reason === 'folder')
      return failed('folder-missing', { folder: attempt.request.kind === 'script' ? attempt.request.workingDirectory : '' });
    if (end.reason === 'files') return failed('state-folder', { folder: attempt.folder, why: end.code });
    return failed('shell-missing', { program: end.program, why: whyNot[end.code] ?? end.code });
  }
  const exitCode = end.kind === 'exited' ? end.exitCode : 128 + signalNumber(end.signal);
  const key = attempt.secretOutputs?.key;
  const secret = ended.sealed === undefined || key === undefined ? {} : await unsealOutputs(key, ended.sealed);
  if (secret === undefined) return failed('secret-output-lost', { secret: `what the step sealed in ${files.ended}` });
  const outputs = { ...outputsOf(ended, attempt.folder, exitCode), ...secret };
  const reason = ended.stopped ? readStop(attempt.folder) : undefined;
  if (reason) {
    const outcome = stopped(reason, attempt.timeout);
    return outcome.kind === 'failed' ? { ...outcome, outputs, exitCode } : outcome;
  }
  if (end.kind === 'signalled') {
    const outOfMemory = end.signal === 'SIGKILL' ? { remedy: 'Most often the machine ran out of memory: look into its kernel log.' } : {};
    return { kind: 'failed', error: problem('killed-by-signal', { signal: end.signal }, outOfMemory), outputs, exitCode };
  }
  if (exitCode === 0) return { kind: 'succeeded', outputs, exitCode };
  return { kind: 'failed', error: { ...problem('exit-code', { code: exitCode }), ...knownCodes[exitCode] }, outputs, exitCode };
}

function outputsOf(ended: Ended, folder: string, exitCode: number): Record<string, Json> {
  const outputs: Record<string, Json> = { ...ended.outputs, 'exit-code': exitCode };
  const tooLarge = new Set(ended.tooLarge);
  for (const name of ['stdout', 'stderr'] as const) {
    const path = join(folder, files[name]);
    try {
      if (!tooLarge.has(name) && statSync(path).size <= longestOutput) outputs[name] = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
      else tooLarge.add(name);
    } catch {
      // Without a disk to spool to there was no output to keep.
      outputs[name] = '';
    }
  }
  if (tooLarge.size > 0) outputs[tooLargeKey] = [...tooLarge].sort();
  return outputs;
}

const whyNot: Readonly<Record<string, string>> = {
  ENOENT: 'it was not found',
  EACCES: 'it may not be executed',
  E2BIG: 'its environment and arguments are too long',
  ENOMEM: 'the machine has no memory left',
  EAGAIN: 'the machine has too many processes',
  ERR_INVALID_ARG_VALUE: 'an argument or a value of `env` holds a null byte',
};

const signalNumber = (name: string): number => Object.entries(constants.signals).find(([signal]) => signal === name)?.[1] ?? 0;

const failed = (code: Parameters<typeof problem>[0], args: Parameters<typeof problem>[1]): Outcome => ({
  kind: 'failed',
  error: problem(code, args),
});
