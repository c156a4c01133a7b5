import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt, Connector } from '../connector.ts';
import { outcomeOf } from '../local/outcome.ts';
import { readEnded } from '../local/records.ts';
import { shellFor, shellNames } from '../local/shells.ts';
import { redactOutcome } from '../redact/outcome.ts';
import { createRedactor } from '../redact/redactor.ts';
import { recoverRemotely, runRemotely } from './attempt.ts';
import { collect } from './collect.ts';
import type { SshTimes } from './context.ts';
import { createPool, type Pool, type PoolOptions, usualPool } from './pool.ts';
import { remoteFolder } from './programs.ts';
import { newName, readRemote } from './record.ts';
import { resolveTarget } from './target.ts';

export type SshOptions = Partial<SshTimes & PoolOptions>;

/** With what tests and a shutdown want to know. */
export interface SshConnector extends Connector {
  readonly pool: Pool;
}

/**
 * Scripts on other hosts, each under a wrapper there that outlives the connection and the engine and writes down how the script ended.
 * A process that leaves the script's group (`setsid`) is the script's own affair: it is neither waited for nor ended.
 */
export function sshConnector(options: SshOptions = {}): SshConnector {
  const { grace = 5000, patience = 120_000, spoolLimit = 8 * 1024 * 1024, ...connections } = options;
  const pool = createPool({ ...usualPool, ...connections });
  const settings = { grace, patience, spoolLimit, pool };

  return {
    name: 'ssh',
    pool,
    accepts: (request) => request.kind === 'script' && request.connection?.type === 'ssh',
    async run(attempt) {
      try {
        return redactOutcome(await run(attempt), createRedactor(attempt.secrets), attempt.secretOutputs);
      } catch (error) {
        return redactOutcome({ kind: 'failed', error: problemOf(error) }, createRedactor(attempt.secrets));
      }
    },
    async recover(attempt) {
      const written = readEnded(attempt.folder);
      if (written) {
        void forget(attempt);
        return outcomeOf(written, attempt);
      }
      try {
        // Before the target, which may have lost a secret since: nothing was started.
        if (!readRemote(attempt.folder)?.told) return 'not-begun';
        const recovered = await recoverRemotely({ ...settings, attempt, target: targetOf(attempt) });
        return typeof recovered === 'object' ? redactOutcome(recovered, createRedactor(attempt.secrets), attempt.secretOutputs) : recovered;
      } catch {
        return undefined;
      }
    },
  };

  async function run(attempt: Attempt): Promise<Outcome> {
    const { request } = attempt;
    if (request.kind !== 'script') throw new Error(`the ssh connector was given a ${request.kind}`);
    const bad = Object.keys(request.env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
    if (bad !== undefined) throw new ProblemError(problem('env-name', { name: bad }));
    const name = newName();
    const shell = shellFor(request.shell, request.script, `${remoteFolder(name)}/script`);
    if (!shell) {
      const remedy = `Set \`shell:\` to one of ${shellNames.join(', ')}, or to a list.`;
      throw new ProblemError(
        problem('shell-missing', { program: String(request.shell), why: 'there is no shell of that name' }, { remedy }),
      );
    }
    const env = {
      ...request.env,
      RUNWRIGHT_RUN: attempt.run,
      RUNWRIGHT_STEP: attempt.path,
      RUNWRIGHT_OUTPUT: `${remoteFolder(name)}/output`,
    };
    return await runRemotely({ ...settings, attempt, target: targetOf(attempt) }, name, {
      script: shell,
      commands: shell.commands,
      env,
      cwd: request.workingDirectory,
    });
  }

  /** The engine may have died between writing the end down and having it forgotten. */
  async function forget(attempt: Attempt): Promise<void> {
    try {
      const record = readRemote(attempt.folder);
      const found = record && (await collect(pool, targetOf(attempt), record.name, false));
      if (found?.kind === 'ended') await found.forget();
    } catch {
      // It is under /tmp, and goes with it.
    }
  }
}

function targetOf(attempt: Attempt) {
  const { request, environment } = attempt;
  const connection = request.kind === 'script' ? request.connection : undefined;
  return resolveTarget(request.kind === 'script' ? request.target : '', connection ?? {}, environment);
}

const problemOf = (error: unknown) =>
  error instanceof ProblemError ? error.problem : problem('internal', { why: error instanceof Error ? error.message : String(error) });
