import type { SecretStore } from './store.ts';

export interface FileStoreOptions {
  /** The state folder, absolute. */
  readonly folder: string;
  /** CREDENTIAL_ENCRYPTION_KEY: 32 bytes in base64 or hex; without it the key is a file of mode 0600 in the folder. */
  readonly key?: string | undefined;
}
export declare function openSecretStore(options: FileStoreOptions): Promise<SecretStore>;
