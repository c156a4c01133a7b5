import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../../../engine/connectors/connector.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import type { Request } from '../../../engine/kernel/request.ts';
import type { Json } from '../../../runbook/core/json.ts';
import type { Home } from './sshd.ts';

type Script = Extract<Request, { kind: 'script' }>;

export interface SshAttempt extends Attempt {
  readonly controller: AbortController;
  readonly shown: { stdout: string; stderr: string };
  /** Resolves when the live stdout holds the text. */
  saw(text: string): Promise<void>;
}

/** An attempt at a script on an ssh target, in a folder under the home. */
export function attemptOn(
  home: Home,
  connection: Readonly<Record<string, Json>>,
  script: string,
  more: Partial<Pick<Script, 'shell' | 'workingDirectory' | 'env'>> & Partial<Pick<Attempt, 'secrets' | 'timeout' | 'environment'>> = {},
): SshAttempt {
  const { secrets = [], timeout, environment = {}, ...request } = more;
  const controller = new AbortController();
  const shown = { stdout: '', stderr: '' };
  const waiting: { text: string; resolve: () => void }[] = [];
  return {
    run: 'run-1',
    path: 'step-1',
    attempt: 1,
    folder: mkdtempSync(join(home.folder, 'attempt-')),
    shared: home.folder,
    keepSecret: async () => 1,
    secrets,
    ...(timeout !== undefined && { timeout }),
    environment: { HOME: home.folder, ...environment },
    request: {
      kind: 'script',
      script,
      shell: 'bash',
      workingDirectory: '',
      env: {},
      target: 'edge',
      connection: { type: 'ssh', ...connection },
      secretTexts: [],
      ...request,
    },
    signal: controller.signal,
    controller,
    shown,
    output(stream, text) {
      shown[stream] += text;
      for (const wait of waiting) if (shown.stdout.includes(wait.text)) wait.resolve();
    },
    saw: (text) =>
      new Promise((resolve) => {
        if (shown.stdout.includes(text)) resolve();
        else waiting.push({ text, resolve });
      }),
  };
}

export const outputs = (outcome: Outcome): Readonly<Record<string, Json>> => ('outputs' in outcome ? (outcome.outputs ?? {}) : {});
export const codeOf = (outcome: Outcome): string => (outcome.kind === 'failed' ? outcome.error.code : outcome.kind);
export const classOf = (outcome: Outcome): string => (outcome.kind === 'failed' ? outcome.error.class : outcome.kind);

/** Everything the attempt has left on this side, as one text. */
export const onDisk = (folder: string): string =>
  readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join('\n');

/** Remote folders that are there; the host is this machine. */
export const remoteFolders = (): string[] => readdirSync('/tmp').filter((name) => /^runwright-[0-9a-f]{32}$/.test(name));

/** Of one attempt. */
export function remoteFolderOf(attempt: Attempt): string {
  const { name } = JSON.parse(readFileSync(join(attempt.folder, 'remote.json'), 'utf8'));
  return join('/tmp', String(name));
}

/** Command lines and environments of all living processes but this one and its own children of `except`. */
export function commandLines(): string {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      } catch {
        return '';
      }
    })
    .join('\n');
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
