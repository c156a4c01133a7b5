import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type Place, readSecretsConfig, type SecretsConfig } from './config.ts';
import { checkValue } from './file-store.ts';
import type { LocalStore, Secret, SecretStore } from './store.ts';

export interface SecretsOptions {
  /** The state folder, absolute and existing. */
  readonly folder: string;
  readonly local: LocalStore;
  /** The engine's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const shortRemedy = 'Use a longer value, or say `allow-short: true` for it in secrets.yaml.';
const sources = { local: 'the local store', env: "the engine's environment", vault: 'Vault' } as const;

/** Every secret from where `secrets.yaml` says it is; the local store alone can be written. */
export function openSecrets({ folder, local, environment }: SecretsOptions): SecretStore {
  // Kept for the token that an AppRole got, as long as the file says the same.
  let vault: { readonly said: string; readonly client: Promise<import('./vault.ts').Vault> } | undefined;
  const vaultFor = ({ vault: config }: SecretsConfig) => {
    const said = JSON.stringify(config);
    if (vault?.said !== said) vault = { said, client: import('./vault.ts').then(({ Vault }) => new Vault(config, environment)) };
    return vault.client;
  };

  const elsewhere = async (name: string, place: Exclude<Place, { from: 'local' }>, config: SecretsConfig): Promise<Secret> => {
    const secret = place.from === 'env' ? await fromEnvironment(name, place.variable) : await (await vaultFor(config)).read(name, place);
    checkValue(name, secret.value, place.allowShort, shortRemedy);
    return secret;
  };
  const fromEnvironment = async (name: string, variable: string): Promise<Secret> => {
    const value = environment[variable];
    if (value === undefined || value === '') throw new ProblemError(problem('secret-variable', { secret: name, variable }));
    return { value, version: await local.mark(JSON.stringify([name, variable, value])) };
  };
  const own = async (name: string) => {
    const { from } = (await readSecretsConfig(folder)).placeOf(name);
    if (from !== 'local') throw new ProblemError(problem('secret-elsewhere', { secret: name, source: sources[from] }));
  };

  return {
    async names() {
      const config = await readSecretsConfig(folder);
      const here = (await local.names()).filter((name) => config.placeOf(name).from === 'local');
      return [...new Set([...here, ...config.names.filter((name) => config.placeOf(name).from !== 'local')])].sort();
    },
    async get(name) {
      const config = await readSecretsConfig(folder);
      const place = config.placeOf(name);
      return place.from === 'local' ? local.get(name) : elsewhere(name, place, config);
    },
    async version(name) {
      const config = await readSecretsConfig(folder);
      const place = config.placeOf(name);
      return place.from === 'local' ? local.version(name) : (await elsewhere(name, place, config)).version;
    },
    async set(name, value, options) {
      await own(name);
      return local.set(name, value, options);
    },
    async remove(name) {
      await own(name);
      return local.remove(name);
    },
    derivedKey: (purpose) => local.derivedKey(purpose),
    unlock: (key, keep) => local.unlock(key, keep),
  };
}
