import type { IncomingMessage } from 'node:http';
import type { Scope } from '../../protocol/api.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Caller } from './runtime.ts';

/** Against DNS rebinding and web pages: the Host must be loopback with our port, and no browser context may call at all. Throws `origin-refused`. */
export function checkOrigin(request: IncomingMessage): void {
  const port = request.socket.localPort;
  const host = request.headers.host?.toLowerCase();
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (request.headers.origin !== undefined || host === undefined || !ours.includes(host)) throw new ProblemError(problem('origin-refused'));
}

/** Who calls. Throws `unauthorized`. */
export function authenticate(request: IncomingMessage, callerOf: (token: string) => Caller | undefined): Caller {
  const token = /^Bearer ([\x21-\x7e]+)$/.exec(request.headers.authorization ?? '')?.[1];
  const caller = token === undefined ? undefined : callerOf(token);
  if (!caller) throw new ProblemError(problem('unauthorized'));
  return caller;
}

/** Throws `scope-missing`. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.includes(scope)) throw new ProblemError(problem('scope-missing', { scope }));
}
