import type { Problem } from '../../../runbook/core/errors.ts';

/** A place where accounts are. Its methods throw a ProblemError where the place itself cannot be worked with. */
export interface Accounts {
  /** Looks all of them up; changes nothing. In the order in which they were asked for. */
  find(users: readonly string[]): Promise<readonly Found[]>;
  /** Gives one that was found its new password. */
  set(account: Account, password: string): Promise<Done>;
  close(): Promise<void>;
}

export interface Account {
  readonly user: string;
  /** What the place knows it by. */
  readonly key: string;
}

export type Found =
  | ({ readonly kind: 'there' } & Account)
  /** Not without the settings allowing it by its name. */
  | ({ readonly kind: 'special'; readonly why: string } & Account)
  | { readonly kind: 'refused'; readonly user: string; readonly why: string };

export type Done =
  | { readonly kind: 'done'; readonly expired: boolean }
  /** The new password is set, and goes on being valid though it should not. */
  | { readonly kind: 'not-expired'; readonly why: string }
  /** The old password is as it was. */
  | { readonly kind: 'unchanged'; readonly why: string; readonly error?: Problem }
  | { readonly kind: 'unknown'; readonly why: string };
