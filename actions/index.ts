import type { ActionCode } from '../engine/connectors/action.ts';
import type { ActionManifest } from '../runbook/core/action.ts';

/** Every built-in action: its manifest and its code. */
export declare const actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>>;
