import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../../runbook/core/errors.ts';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt, Connector } from '../connector.ts';
import { hole } from '../hole.ts';
import { redactOutcome } from '../redact/outcome.ts';
import { createRedactor } from '../redact/redactor.ts';
import { stopped } from '../stopped.ts';
import { adopt } from './adopt.ts';
import { codeOf, files } from './files.ts';
import { afterLoss } from './loss.ts';
import { outcomeOf } from './outcome.ts';
import { type Ended, type Job, readClaim, readEnded, readStop } from './records.ts';
import { follow } from './session.ts';
import { shellFor, shellNames } from './shells.ts';
import { Supervisors } from './spare.ts';
import { stopper } from './stopper.ts';

export interface LocalOptions {
  /** Absolute path of the bundled supervisor (`dist/supervisor.cjs`; in unit tests its source). */
  readonly supervisorPath: string;
  /** Milliseconds between TERM and KILL; 5000 when absent. */
  readonly grace?: number;
  /** Bytes kept of each stream; 8 MiB when absent. */
  readonly spoolLimit?: number;
  /** Milliseconds that a supervisor is kept for the next script. */
  readonly keepSpare?: number;
}

/**
 * Scripts on this machine, each under a supervisor of its own that outlives the engine.
 * A process that leaves the script's group (`setsid`) is the script's own affair: it is neither waited for nor ended.
 */
export function localConnector({ supervisorPath, grace = 5000, spoolLimit = 8 * 1024 * 1024, keepSpare }: LocalOptions): Connector {
  const supervisors = new Supervisors(supervisorPath, keepSpare);
  return {
    name: 'local',
    accepts: (request) => request.kind === 'script' && request.target === 'local',
    async run(attempt) {
      try {
        return redactOutcome(await run(attempt), createRedactor(attempt.secrets), attempt.secretOutputs);
      } catch (error) {
        // Only the code: a message may quote what it was given.
        return internal(`the script could not be handed to its supervisor (${codeOf(error)})`);
      }
    },
    recover: (attempt) => adopt(attempt, grace),
  };

  async function run(attempt: Attempt): Promise<Outcome> {
    const { request, folder } = attempt;
    if (request.kind !== 'script') return internal(`the local connector was given a ${request.kind}`);
    if (attempt.signal.aborted) return stopped('cancelled', attempt.timeout);
    const shell = shellFor(request.shell, request.script, join(folder, 'script'));
    if (!shell) {
      const remedy = `Set \`shell:\` to one of ${shellNames.join(', ')}, or to a list.`;
      return {
        kind: 'failed',
        error: problem('shell-missing', { program: String(request.shell), why: 'there is no shell of that name' }, { remedy }),
      };
    }
    writeFileSync(shell.file, shell.text, { mode: 0o600 });
    const { turn } = readClaim(folder);
    // One that was written for a turn that never began is not about this one.
    if (turn > 1) rmSync(join(folder, files.stop), { force: true });
    const job: Job = {
      folder,
      turn,
      commands: shell.commands,
      cwd: request.workingDirectory,
      env: {
        ...attempt.environment,
        ...request.env,
        RUNWRIGHT_RUN: attempt.run,
        RUNWRIGHT_STEP: attempt.path,
        RUNWRIGHT_OUTPUT: join(folder, files.output),
      },
      secrets: attempt.secrets,
      ...(attempt.secretOutputs === undefined ? {} : { secretOutputs: attempt.secretOutputs }),
      spoolLimit,
      grace,
    };
    const ended = await supervised(attempt, job);
    return ended ? outcomeOf(ended, attempt) : afterLoss(attempt);
  }

  async function supervised(attempt: Attempt, job: Job): Promise<Ended | undefined> {
    const { folder } = attempt;
    const { supervisor, spare } = supervisors.take();
    const { pid } = supervisor;
    const stop = stopper({ attempt, grace, since: Date.now(), supervisorPid: () => pid });
    try {
      const following = follow(supervisor, job, attempt);
      hole('after-spawn');
      const told = await following;
      hole('after-exit');
      const ended = readEnded(folder) ?? told;
      // A spare one that died before it had anything to do has begun nothing, and being gone it never will.
      const unused = ended === undefined && spare && !attempt.signal.aborted && !readStop(folder) && !readClaim(folder).holder;
      if (!unused) return ended;
    } finally {
      stop.dispose();
    }
    return supervised(attempt, job);
  }
}

const internal = (why: string): Outcome => ({ kind: 'failed', error: problem('internal', { why }) });
