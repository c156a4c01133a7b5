/** A secret's value and its version: a number that another value does not have, and that tells nothing about the value. */
export interface Secret {
  readonly value: string;
  readonly version: number;
}

/** Where secrets live. All methods reject with a ProblemError. */
export interface SecretStore {
  /** In alphabetical order. */
  names(): Promise<string[]>;
  get(name: string): Promise<Secret | undefined>;
  version(name: string): Promise<number | undefined>;
  /** Answers the new version. A value of fewer than 6 characters could not be hidden in outputs and needs `allowShort`. */
  set(name: string, value: string, options?: { readonly allowShort?: boolean }): Promise<number>;
  /** Whether there was one. */
  remove(name: string): Promise<boolean>;
  /** 32 bytes in base64 for one purpose, from the local store's key: the same again as long as that key is. */
  derivedKey(purpose: string): Promise<string>;
  /**
   * The local store's key from whoever keeps it: `client` keeps it out of the state folder from now on, and has to hand it over to every engine;
   * `file` puts it back there. It must be the key that the store has. Rejects with `secrets-locked`, `secrets-key`.
   */
  unlock(key: string, keep: KeyKeeper): Promise<void>;
}

export type KeyKeeper = 'client' | 'file';

/** The encrypted store in the state folder. Its versions count from 1 and are never used twice for one name. */
export interface LocalStore extends SecretStore {
  /** A number for a text that only the holder of the store's key could find again. */
  mark(text: string): Promise<number>;
}
