import type { Json } from '../../runbook/core/json.ts';
import type { Sealed } from './cipher.ts';

/** Outputs of an attempt that no file and no journal may hold as they are: which, and the key to seal them with. */
export interface SecretOutputs {
  readonly names: readonly string[];
  /** 32 bytes in base64, of this attempt alone. */
  readonly key: string;
}

/** Names of outputs differ by more than case. */
export const isSecretOutput = (secret: Pick<SecretOutputs, 'names'> | undefined, name: string): boolean =>
  secret?.names.some((one) => one.toLowerCase() === name.toLowerCase()) === true;

/** A key seals one attempt's outputs and nothing else. */
const name = 'secret-outputs';

/** Loaded when needed: node:crypto is a tenth of a supervisor's start. */
export async function sealOutputs(key: string, values: Readonly<Record<string, Json>>): Promise<Sealed> {
  const { seal } = await import('./cipher.ts');
  return seal(Buffer.from(key, 'base64'), name, 1, JSON.stringify(values));
}

/** Undefined when it was changed, or belongs to another attempt. */
export async function unsealOutputs(key: string, sealed: Sealed): Promise<Readonly<Record<string, Json>> | undefined> {
  const { unseal } = await import('./cipher.ts');
  const text = unseal(Buffer.from(key, 'base64'), name, 1, sealed);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, Json>);
}
