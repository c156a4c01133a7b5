import type { ActionCode } from '../engine/connectors/action.ts';
import { Databases } from '../engine/connectors/sql/databases.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import httpRequestManifest from './http/request/manifest.json' with { type: 'json' };
import { httpRequest } from './http/request/request.ts';
import attackMapManifest from './security/attack_map/manifest.json' with { type: 'json' };
import { attackMap } from './security/attack_map/map.ts';
import { huntSimilarAttacks } from './security/hunt_similar_attacks/hunt.ts';
import huntSimilarAttacksManifest from './security/hunt_similar_attacks/manifest.json' with { type: 'json' };
import { threatIntelLookup } from './security/threat_intel_lookup/lookup.ts';
import threatIntelLookupManifest from './security/threat_intel_lookup/manifest.json' with { type: 'json' };
import { sqlExecute } from './sql/execute/execute.ts';
import sqlExecuteManifest from './sql/execute/manifest.json' with { type: 'json' };
import sqlQueryManifest from './sql/query/manifest.json' with { type: 'json' };
import { sqlQuery } from './sql/query/query.ts';
import { waitHttp } from './wait/http/http.ts';
import waitHttpManifest from './wait/http/manifest.json' with { type: 'json' };
import waitPortManifest from './wait/port/manifest.json' with { type: 'json' };
import { waitPort } from './wait/port/port.ts';

const databases = new Databases();

/** Every built-in action: its manifest and its code. */
const table: readonly { readonly manifest: unknown; readonly code: ActionCode }[] = [
  { manifest: httpRequestManifest, code: httpRequest },
  { manifest: waitHttpManifest, code: waitHttp },
  { manifest: waitPortManifest, code: waitPort },
  { manifest: attackMapManifest, code: attackMap },
  { manifest: huntSimilarAttacksManifest, code: huntSimilarAttacks },
  { manifest: threatIntelLookupManifest, code: threatIntelLookup },
  { manifest: sqlQueryManifest, code: sqlQuery(databases) },
  { manifest: sqlExecuteManifest, code: sqlExecute(databases) },
];

/** By name. The manifests are checked by a test: the compiler sees no more of JSON than its widest types. */
export const actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>> = Object.fromEntries(
  table.map(({ manifest, code }) => [(manifest as ActionManifest).name, { manifest: manifest as ActionManifest, code }]),
);
