import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionContext } from '../../engine/connectors/action.ts';
import { type ActionRequest, contextOf } from '../../engine/connectors/action-context.ts';
import type { Attempt } from '../../engine/connectors/connector.ts';
import { createRedactor } from '../../engine/connectors/redact/redactor.ts';
import { createPool, usualPool } from '../../engine/connectors/ssh/pool.ts';
import type { Json } from '../../runbook/core/json.ts';

export interface TestContext {
  readonly context: ActionContext;
  /** What the action logged, redacted, a line each. */
  readonly lines: string[];
  /** What it put into the store. */
  readonly secrets: Map<string, string>;
  /** Holds the run's folders, `runbook` and `runbook/.runwright`. */
  readonly root: string;
  abort(reason?: unknown): void;
  /** Closes connections and removes the folders. */
  remove(): void;
}

export interface TestContextOptions {
  readonly connection?: Readonly<Record<string, Json>>;
  readonly settings?: Json;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
  /** Hears each line as it comes. */
  readonly heard?: (line: string) => void;
}

/** What the engine gives an action, made the way the engine makes it; the store of secrets alone is a map in memory. */
export function testContext({
  connection,
  settings,
  environment = process.env.PATH ? { PATH: process.env.PATH } : {},
  secrets = [],
  signal,
  heard,
}: TestContextOptions = {}): TestContext {
  const root = mkdtempSync(join(tmpdir(), 'runwright-action-'));
  const folder = join(root, 'runbook');
  const workspace = join(folder, '.runwright');
  mkdirSync(workspace, { recursive: true });
  const controller = new AbortController();
  const both = signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal]);
  const lines: string[] = [];
  const kept = new Map<string, string>();
  const pool = createPool({ ...usualPool, idle: 500 });
  const request: ActionRequest = {
    kind: 'action',
    action: 'test/test',
    with: {},
    workingDirectory: folder,
    workspace,
    ...(settings === undefined ? {} : { settings }),
    env: {},
    target: connection === undefined ? 'local' : 'target',
    ...(connection === undefined ? {} : { connection }),
    secretTexts: [],
  };
  const attempt: Attempt = {
    run: 'run-1',
    path: 'step-1',
    attempt: 1,
    request,
    secrets,
    folder: join(root, 'run', 'attempt'),
    shared: join(root, 'run', 'shared'),
    keepSecret: async (name, value) => kept.set(name, value).size,
    environment,
    signal: both,
    output(_stream, text) {
      for (const line of text.replace(/\n$/, '').split('\n')) {
        lines.push(line);
        heard?.(line);
      }
    },
  };
  return {
    context: contextOf(attempt, request, createRedactor(secrets), both, pool),
    lines,
    secrets: kept,
    root,
    abort: (reason) => controller.abort(reason),
    remove() {
      pool.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
