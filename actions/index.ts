import type { ActionCode } from '../engine/connectors/action.ts';
import { Databases } from '../engine/connectors/sql/databases.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import { fileCopy } from './file/copy/copy.ts';
import fileCopyManifest from './file/copy/manifest.json' with { type: 'json' };
import fileReadManifest from './file/read/manifest.json' with { type: 'json' };
import { fileRead } from './file/read/read.ts';
import fileRestoreManifest from './file/restore/manifest.json' with { type: 'json' };
import { fileRestore } from './file/restore/restore.ts';
import fileWriteManifest from './file/write/manifest.json' with { type: 'json' };
import { fileWrite } from './file/write/write.ts';
import httpRequestManifest from './http/request/manifest.json' with { type: 'json' };
import { httpRequest } from './http/request/request.ts';
import jsonSelectManifest from './json/select/manifest.json' with { type: 'json' };
import { jsonSelect } from './json/select/select.ts';
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
  { manifest: fileCopyManifest, code: fileCopy },
  { manifest: fileReadManifest, code: fileRead },
  { manifest: fileRestoreManifest, code: fileRestore },
  { manifest: fileWriteManifest, code: fileWrite },
  { manifest: httpRequestManifest, code: httpRequest },
  { manifest: jsonSelectManifest, code: jsonSelect },
  { manifest: waitHttpManifest, code: waitHttp },
  { manifest: waitPortManifest, code: waitPort },
  { manifest: sqlQueryManifest, code: sqlQuery(databases) },
  { manifest: sqlExecuteManifest, code: sqlExecute(databases) },
];

/** By name. The manifests are checked by a test: the compiler sees no more of JSON than its widest types. */
export const actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>> = Object.fromEntries(
  table.map(({ manifest, code }) => [(manifest as ActionManifest).name, { manifest: manifest as ActionManifest, code }]),
);
