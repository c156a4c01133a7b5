import type { ActionCode } from '../engine/connectors/action.ts';
import { Databases } from '../engine/connectors/sql/databases.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import httpRequestManifest from './http/request/manifest.json' with { type: 'json' };
import { httpRequest } from './http/request/request.ts';
import { notifyAnalysts } from './notify/analysts/analysts.ts';
import notifyAnalystsManifest from './notify/analysts/manifest.json' with { type: 'json' };
import { blockIp } from './security/block_ip/block-ip.ts';
import blockIpManifest from './security/block_ip/manifest.json' with { type: 'json' };
import { isBlocked } from './security/is_blocked/is-blocked.ts';
import isBlockedManifest from './security/is_blocked/manifest.json' with { type: 'json' };
import { isolateHost } from './security/isolate_host/isolate-host.ts';
import isolateHostManifest from './security/isolate_host/manifest.json' with { type: 'json' };
import releaseHostManifest from './security/release_host/manifest.json' with { type: 'json' };
import { releaseHost } from './security/release_host/release-host.ts';
import unblockIpManifest from './security/unblock_ip/manifest.json' with { type: 'json' };
import { unblockIp } from './security/unblock_ip/unblock-ip.ts';
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
  { manifest: notifyAnalystsManifest, code: notifyAnalysts },
  { manifest: blockIpManifest, code: blockIp },
  { manifest: isBlockedManifest, code: isBlocked },
  { manifest: isolateHostManifest, code: isolateHost },
  { manifest: releaseHostManifest, code: releaseHost },
  { manifest: unblockIpManifest, code: unblockIp },
  { manifest: waitHttpManifest, code: waitHttp },
  { manifest: waitPortManifest, code: waitPort },
  { manifest: sqlQueryManifest, code: sqlQuery(databases) },
  { manifest: sqlExecuteManifest, code: sqlExecute(databases) },
];

/** By name. The manifests are checked by a test: the compiler sees no more of JSON than its widest types. */
export const actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>> = Object.fromEntries(
  table.map(({ manifest, code }) => [(manifest as ActionManifest).name, { manifest: manifest as ActionManifest, code }]),
);
