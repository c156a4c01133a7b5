import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { actions } from '../../../actions/index.ts';
import { actionConnector } from '../../../engine/connectors/action-connector.ts';
import type { Attempt } from '../../../engine/connectors/connector.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import type { Problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';

export const password = 'correct horse battery staple';

export interface Ran {
  readonly outcome: Outcome;
  /** Everything that the step showed. */
  readonly shown: string;
}

const connector = actionConnector(actions);

/** Runs the action as the engine does, with the target's password known as a secret. */
export async function runAction(
  action: string,
  connection: JsonObject | undefined,
  input: Record<string, Json>,
  more: Partial<Attempt> = {},
): Promise<Ran> {
  const shown: string[] = [];
  const outcome = await connector.run({
    run: 'r',
    path: 's',
    attempt: 1,
    request: {
      kind: 'action',
      action,
      with: input,
      workingDirectory: tmpdir(),
      workspace: tmpdir(),
      env: {},
      target: connection ? 'db' : 'local',
      ...(connection ? { connection } : {}),
      secretTexts: [],
    },
    secrets: [password],
    folder: tmpdir(),
    shared: tmpdir(),
    keepSecret: async () => 1,
    environment: {},
    signal: new AbortController().signal,
    output: (_stream, text) => shown.push(text),
    ...more,
  });
  return { outcome, shown: shown.join('') };
}

export function outputs({ outcome }: Ran): Readonly<Record<string, Json>> {
  assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
  return outcome.kind === 'succeeded' ? outcome.outputs : {};
}

/** The problem of a failed step; no part of it or of the output holds the password. */
export function problemIn({ outcome, shown }: Ran): Problem {
  assert.equal(outcome.kind, 'failed', JSON.stringify(outcome));
  for (const form of [password, 'battery']) assert.ok(!JSON.stringify(outcome).includes(form) && !shown.includes(form));
  return outcome.kind === 'failed' ? outcome.error : assert.fail();
}

/** Database servers refuse to run as root: their folders and processes belong to the packages' own users. */
export function ownerOf(user: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}

export function give(folder: string, owner: { uid: number; gid: number } | undefined): void {
  if (!owner) return;
  chownSync(folder, owner.uid, owner.gid);
  for (const file of readdirSync(folder)) chownSync(`${folder}/${file}`, owner.uid, owner.gid);
}
