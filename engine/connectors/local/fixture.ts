import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from '../../kernel/request.ts';
import type { Attempt } from '../connector.ts';
import { baseEnvironment } from './environment.ts';

/** The supervisor as its source: Node runs it as it stands. */
export const supervisorPath = join(import.meta.dirname, 'supervisor.ts');

type Script = Extract<Request, { kind: 'script' }>;

export interface TestAttempt extends Attempt {
  readonly controller: AbortController;
  readonly shown: { stdout: string; stderr: string };
  /** Resolves when the live stdout holds the text. */
  saw(text: string): Promise<void>;
}

const folders: string[] = [];

/** An attempt in a folder of its own; `removeFolders` takes them all away. */
export function attemptOf(
  script: string,
  more: Partial<Pick<Script, 'shell' | 'workingDirectory' | 'env'>> & Partial<Pick<Attempt, 'secrets' | 'timeout'>> = {},
): TestAttempt {
  const folder = mkdtempSync(join(tmpdir(), 'runwright-local-'));
  folders.push(folder);
  const { secrets = [], timeout, ...request } = more;
  const controller = new AbortController();
  const shown = { stdout: '', stderr: '' };
  const waiting: { text: string; resolve: () => void }[] = [];
  return {
    run: 'run-1',
    path: 'step-1',
    attempt: 1,
    folder,
    shared: folder,
    keepSecret: async () => 1,
    secrets,
    ...(timeout !== undefined && { timeout }),
    environment: baseEnvironment(process.env),
    request: { kind: 'script', script, shell: 'bash', workingDirectory: folder, env: {}, target: 'local', secretTexts: [], ...request },
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

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Everything the attempt has left on the disk, as one text. */
export const onDisk = (folder: string): string =>
  readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join('\n');

/** Living processes that work in the folder or whose environment names it: supervisor, script, and what that left running. */
export function leftBehind(folder: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder || readFileSync(`/proc/${pid}/environ`, 'latin1').includes(folder);
      } catch {
        return false;
      }
    });
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
