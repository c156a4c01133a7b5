import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Json } from '../../../runbook/core/json.ts';
import type { Runbook } from '../../../runbook/core/model.ts';
import type { Attempt, Connector } from '../../connectors/connector.ts';
import type { Outcome } from '../../kernel/command.ts';
import { decide, effects, evolve, initial, type State } from '../../kernel/kernel.ts';
import { sha256 } from '../digest.ts';
import type { Journal } from '../journal/journal.ts';
import type { Caller, Parts } from '../parts.ts';
import { LocalRuntime } from '../runtime.ts';
import type { Secret, SecretStore } from '../secrets/store.ts';

export const person: Caller = { subject: 'ann', scopes: ['read', 'request', 'approve'] };
export const assistant: Caller = { subject: 'copilot', scopes: ['read', 'request'] };

/** A connector whose attempts end when the test says so. */
export class FakeConnector implements Connector {
  readonly name = 'fake';
  readonly attempts: { readonly attempt: Attempt; readonly how: 'run' | 'recover'; end(outcome: Outcome | undefined): void }[] = [];
  #wake = (): void => undefined;

  accepts(): boolean {
    return true;
  }
  run(attempt: Attempt): Promise<Outcome> {
    return this.#take(attempt, 'run') as Promise<Outcome>;
  }
  recover(attempt: Attempt): Promise<Outcome | undefined> {
    return this.#take(attempt, 'recover');
  }
  /** Resolves when that many attempts were asked for. */
  async reached(count: number): Promise<void> {
    while (this.attempts.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
  #take(attempt: Attempt, how: 'run' | 'recover'): Promise<Outcome | undefined> {
    const { promise, resolve } = Promise.withResolvers<Outcome | undefined>();
    this.attempts.push({ attempt, how, end: resolve });
    this.#wake();
    return promise;
  }
}

export const succeeded = (outputs: Record<string, Json> = {}): Outcome => ({ kind: 'succeeded', outputs, exitCode: 0 });

/** A store in memory. */
export function fakeSecrets(values: Record<string, Secret> = {}): SecretStore & { readonly values: Record<string, Secret> } {
  return {
    values,
    names: async () => Object.keys(values),
    get: async (name) => values[name],
    version: async (name) => values[name]?.version,
    set: async () => 1,
    remove: async () => false,
    unlock: async () => undefined,
    derivedKey: async (purpose) => createHash('sha256').update(purpose).digest('base64'),
  };
}

interface HarnessOptions {
  readonly folder: string;
  readonly journal: Journal;
  readonly runbook: Runbook;
  readonly secrets?: SecretStore;
  readonly trusted?: boolean;
  now?(): number;
  /** What other files hold, by their names. */
  readonly others?: Readonly<Record<string, Runbook>>;
}

/** The real runtime and kernel over a journal; the file's content is ignored, `runbook` is what it holds. */
export function harness({
  folder,
  journal,
  runbook,
  secrets = fakeSecrets(),
  trusted = true,
  now = Date.now,
  others = {},
}: HarnessOptions) {
  const connector = new FakeConnector();
  const logged: string[] = [];
  const parts: Parts<State> = {
    stateFolder: folder,
    kernel: { initial, decide: (state, command) => decide(state, command, { sha256 }), evolve, effects },
    connectors: [connector],
    secrets,
    trust: { folders: async () => [], add: async () => undefined, remove: async () => undefined, trusts: async () => trusted },
    actions: {},
    load: async (_text, file) => others[basename(file)] ?? runbook,
    ownActions: async () => [],
    loadAction: async () => ({ kind: 'steps', body: runbook }),
    checkInputs: (_runbook, given) => given as Record<string, Json>,
    environment: () => ({ PATH: '/bin', HTTPS_PROXY: 'http://user:password@proxy' }),
    now,
    random: () => 0.5,
    log: (text) => logged.push(text),
  };
  return { runtime: new LocalRuntime(parts, journal), parts, connector, logged };
}

/** Resolves with the first event of the run that fits. */
export function eventOf(runtime: Pick<LocalRuntime<State>, 'follow'>, run: string, type: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = runtime.follow(
      { run, after: 0 },
      {
        event(event) {
          if (event.type !== type) return;
          stop();
          resolve();
        },
        live: () => undefined,
      },
    );
  });
}
