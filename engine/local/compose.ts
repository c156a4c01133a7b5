import { actions as builtIn } from '../../actions/index.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import { checkInputs } from '../../runbook/core/inputs.ts';
import type { ActionTable } from '../connectors/action-connector.ts';
import { baseEnvironment } from '../connectors/local/environment.ts';
import { connectors } from '../connectors/registry.ts';
import { decide, effects, evolve, initial, type State } from '../kernel/kernel.ts';
import { sha256 } from './digest.ts';
import type { Journal } from './journal/journal.ts';
import type { Load } from './load.ts';
import type { Parts } from './parts.ts';
import { LocalRuntime } from './runtime.ts';
import { openSecretStore } from './secrets/file-store.ts';
import { openSecrets } from './secrets/secrets.ts';
import { openTrust } from './trust.ts';

export interface ComposeOptions {
  /** The state folder, absolute. */
  readonly folder: string;
  readonly journal: Journal;
  /** Absolute path of the bundled supervisor. */
  readonly supervisorPath: string;
  /** What `uses:` can name; the built-in ones when absent. */
  readonly actions?: ActionTable;
  log(text: string): void;
}

/** The local runtime with all that is built in: the one place where its parts are chosen. */
export async function composeRuntime({
  folder,
  journal,
  supervisorPath,
  actions = builtIn,
  log,
}: ComposeOptions): Promise<LocalRuntime<State>> {
  const manifests = Object.values(actions).map(({ manifest }) => manifest);
  // The parser and the schema come with the first run: an engine that waits keeps small.
  let load: Promise<Load> | undefined;
  const parts: Parts<State> = {
    stateFolder: folder,
    kernel: { initial, decide: (state, command) => decide(state, command, { sha256 }), evolve, effects },
    connectors: connectors({ supervisorPath, actions }),
    secrets: openSecrets({
      folder,
      local: openSecretStore({ folder, key: process.env.CREDENTIAL_ENCRYPTION_KEY }),
      environment: process.env,
    }),
    trust: openTrust(folder),
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, { manifest, code }]) => [name, { manifest, code: sha256(String(code)) }]),
    ),
    load: async (text, file, around) => {
      load ??= import('./load.ts').then(({ lastLoaded, loadForRun }) =>
        lastLoaded((text, file, around) => loadForRun(text, file, [...manifests, ...(around?.own ?? [])], around?.targets)),
      );
      return (await load)(text, file, around);
    },
    ownActions: async (files) => (await import('../../runbook/files/own-action.ts')).ownActionsOf(files, manifests),
    loadAction: async (action, { own, targets }) => (await import('./load.ts')).loadActionForRun(action, [...manifests, ...own], targets),
    checkInputs(runbook, given) {
      const checked = checkInputs(runbook.inputs, given);
      if (!checked.ok) throw new ProblemError(checked.problem);
      return checked.value;
    },
    environment: baseEnvironment,
    ...mostTurns(process.env.RUNWRIGHT_MAX_STEPS),
    now: () => Date.now(),
    random: () => Math.random(),
    log,
  };
  return new LocalRuntime(parts, journal);
}

/** As the environment says, if it says a number. */
function mostTurns(given: string | undefined): { readonly mostTurns?: number } {
  const most = Number(given);
  return Number.isSafeInteger(most) && most > 0 ? { mostTurns: most } : {};
}
