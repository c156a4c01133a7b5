import { readFileSync } from 'node:fs';
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { codeOf } from '../local/files.ts';
import type { Hop } from './target.ts';

export type ParseKey = (text: string) => ParsedKey | readonly ParsedKey[] | Error;

/** The ways to authenticate, in order. Throws a ProblemError for a key that cannot be used; of the usual ones such a key is left out. */
export function authMethods({ user: username, credentials }: Hop, parse: ParseKey): AnyAuthMethod[] {
  switch (credentials.kind) {
    case 'password':
      return [{ type: 'password', username, password: credentials.password }, byPrompt(username, credentials.password)];
    case 'key':
      return [{ type: 'publickey', username, key: keyOf(credentials.text, 'given by the target', parse) }];
    case 'key-file':
      return [{ type: 'publickey', username, key: keyOf(read(credentials.path), credentials.path, parse) }];
    case 'agent':
      return [{ type: 'agent', username, agent: credentials.socket }];
    case 'usual': {
      const keys = credentials.paths.flatMap((path): AnyAuthMethod[] => {
        try {
          return [{ type: 'publickey', username, key: keyOf(read(path), path, parse) }];
        } catch {
          return [];
        }
      });
      return [...(credentials.socket ? [{ type: 'agent', username, agent: credentials.socket } as const] : []), ...keys];
    }
  }
}

/** For servers that ask for the password by a prompt: one hidden one, and once. */
function byPrompt(username: string, password: string): AnyAuthMethod {
  let asked = false;
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      const [only, ...others] = prompts;
      const answer = only !== undefined && others.length === 0 && only.echo !== true && !asked;
      if (answer) asked = true;
      finish(prompts.map(() => (answer ? password : '')));
    },
  };
}

function keyOf(text: string, where: string, parse: ParseKey): ParsedKey {
  // A key that went through a form or another system may have lost its last line end or got others.
  const parsed = parse(`${text.replaceAll('\r\n', '\n').trim()}\n`);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error) {
    if (/encrypted/i.test(key.message)) throw new ProblemError(problem('ssh-key-encrypted', { where }));
    throw new ProblemError(problem('ssh-key', { where, why: 'it is not in a form that is known' }));
  }
  if (key === undefined || !key.isPrivateKey()) throw new ProblemError(problem('ssh-key', { where, why: 'it is not a private key' }));
  return key;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ProblemError(problem('ssh-key', { where: path, why: `it cannot be read (${codeOf(error)})` }));
  }
}
