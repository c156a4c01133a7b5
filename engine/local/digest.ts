import { createHash } from 'node:crypto';
import { canonical } from '../../runbook/core/canonical.ts';

/** SHA-256 in hex. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Of the value's RFC 8785 JSON. */
export const digestOf = (value: unknown): string => sha256(canonical(value));
