import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as Value from 'typebox/value';
import { TokensFile } from '../protocol/daemon.ts';
import type { Caller } from './api/runtime.ts';
import { writeAtomic } from './local/atomic-file.ts';

/** The tokens of the state folder, made when absent or unreadable. Only the process that holds the journal's lock may call it. */
export async function openTokens(folder: string): Promise<TokensFile> {
  const file = join(folder, 'tokens.json');
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (Value.Check(TokensFile, value)) return value;
  } catch {
    // Made anew below.
  }
  const token = () => randomBytes(32).toString('base64url');
  const tokens: TokensFile = { person: token(), assistant: token(), identity: token() };
  await writeAtomic(file, `${JSON.stringify(tokens)}\n`);
  return tokens;
}

/** Who holds a token. Hashed before they are compared, so that time tells nothing. */
export function callers({ person, assistant }: TokensFile): (token: string) => Caller | undefined {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const known: { hash: Buffer; caller: Caller }[] = [
    { hash: hash(person), caller: { subject: userName(), scopes: ['read', 'request', 'approve'] } },
    { hash: hash(assistant), caller: { subject: 'copilot', scopes: ['read', 'request'] } },
  ];
  return (token) => {
    const given = hash(token);
    return known.find(({ hash }) => timingSafeEqual(hash, given))?.caller;
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the password file.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
