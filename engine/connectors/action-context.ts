import { mkdirSync } from 'node:fs';
import type { Request } from '../kernel/request.ts';
import type { ActionContext } from './action.ts';
import type { Attempt } from './connector.ts';
import { localHost } from './host/local.ts';
import { sshHost } from './host/ssh.ts';
import type { Host } from './host.ts';
import type { Redactor } from './redact/redactor.ts';
import type { Pool } from './ssh/pool.ts';
import { resolveTarget } from './ssh/target.ts';

export type ActionRequest = Extract<Request, { kind: 'action' }>;

/** What the code of an action gets in one attempt. */
export function contextOf(attempt: Attempt, request: ActionRequest, redactor: Redactor, signal: AbortSignal, pool: Pool): ActionContext {
  const { connection, settings, workingDirectory: folder, workspace } = request;
  const environment = { ...attempt.environment, ...request.env };
  let host: Promise<Host> | undefined;
  return {
    signal,
    run: attempt.run,
    step: attempt.path,
    ...(connection === undefined ? {} : { connection }),
    ...(settings === undefined ? {} : { settings }),
    environment,
    log: (text) => attempt.output('stdout', redactor.text(text.endsWith('\n') ? text : `${text}\n`)),
    // Folders are made when they are asked for: an action that is safe to repeat has none of its own yet.
    get scratch() {
      attempt.usesFolder?.();
      return made(attempt.folder);
    },
    get shared() {
      attempt.usesFolder?.();
      return made(attempt.shared);
    },
    folder,
    workspace,
    host() {
      host ??= (async () => {
        if (connection?.type !== 'ssh') return localHost({ folder, environment, signal });
        // What the step's `env` says is for the other side, not for the way to it.
        const target = resolveTarget(request.target, connection, attempt.environment);
        return sshHost({ name: request.target, target, pool, signal });
      })();
      return host;
    },
    keepSecret(name, value) {
      // First: an error of the store may quote it.
      redactor.add(value);
      return attempt.keepSecret(name, value);
    },
  };
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
