import type { ServerHostKeyAlgorithm } from 'ssh2';
import { type Problem, problem } from '../../../runbook/core/errors.ts';
import { fingerprintOf, judge, type KnownKey, typeOf } from './known-hosts.ts';
import { type Hop, nameOf } from './target.ts';

/** Kinds of host keys, with the algorithms that use them, the best first. */
export const families: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/** Kinds of keys that are known of the host come first: it is asked for one of them. */
export function orderOfKinds(known: readonly KnownKey[]): string[] {
  const kinds = Object.keys(families);
  const isKnown = (kind: string) => known.some(({ type, revoked }) => type === kind && !revoked);
  return [...kinds.filter(isKnown), ...kinds.filter((kind) => !isKnown(kind))];
}

export interface HostKeyCheck {
  accept(key: Buffer): boolean;
  /** The kind of key that was not accepted, and what is to be said of it. */
  refused(): string | undefined;
  problem(): Problem | undefined;
}

export function hostKeyCheck(hop: Hop, known: readonly KnownKey[]): HostKeyCheck {
  let refused: { readonly kind: string; readonly problem: Problem } | undefined;
  const host = nameOf(hop);
  const about = (key: Buffer): Problem | undefined => {
    const shown = { host, type: typeOf(key), fingerprint: fingerprintOf(key) };
    const verdict = judge(key, known);
    if (verdict.kind === 'revoked') return problem('host-key-revoked', { ...shown, place: verdict.known.place });
    if (hop.fingerprint !== undefined) {
      if (hop.fingerprint === shown.fingerprint) return undefined;
      return problem('host-key-changed', { ...shown, place: '`fingerprint` of the target', known: hop.fingerprint });
    }
    if (verdict.kind === 'unknown') return problem('host-key-unknown', shown);
    if (verdict.kind === 'changed')
      return problem('host-key-changed', {
        ...shown,
        place: verdict.known.place,
        known: `${verdict.known.type} ${fingerprintOf(verdict.known.key)}`,
      });
    return undefined;
  };
  return {
    accept(key) {
      const found = about(key);
      refused = found && { kind: typeOf(key), problem: found };
      return found === undefined;
    },
    refused: () => refused?.kind,
    problem: () => refused?.problem,
  };
}
