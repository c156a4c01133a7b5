/** What a pack of actions says that it needs beyond the inputs that its actions are given; `*` in a list stands for any. */
export interface Permissions {
  /** Types of target that its actions run on. */
  readonly targets: readonly string[];
  /** Secrets that may be handed to its actions. */
  readonly secrets: readonly string[];
  /** Hosts that its steps reach by actions such as `http/request`. */
  readonly network: readonly string[];
}

export interface PackInfo {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly permissions: Permissions;
}

export const permits = (allowed: readonly string[], one: string): boolean => allowed.includes('*') || allowed.includes(one);
