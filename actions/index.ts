import type { ActionCode } from '../engine/connectors/action.ts';
import { Databases } from '../engine/connectors/sql/databases.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import httpRequestManifest from './http/request/manifest.json' with { type: 'json' };
import { httpRequest } from './http/request/request.ts';
import { deployWafRules } from './security/deploy_waf_rules/deploy-waf-rules.ts';
import deployWafRulesManifest from './security/deploy_waf_rules/manifest.json' with { type: 'json' };
import { investigate } from './security/investigate_behavior/investigate.ts';
import investigateManifest from './security/investigate_behavior/manifest.json' with { type: 'json' };
import resetPasswordsManifest from './security/reset_passwords/manifest.json' with { type: 'json' };
import { resetPasswords } from './security/reset_passwords/reset-passwords.ts';
import restoreWafRulesManifest from './security/restore_waf_rules/manifest.json' with { type: 'json' };
import { restoreWafRules } from './security/restore_waf_rules/restore-waf-rules.ts';
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
  { manifest: deployWafRulesManifest, code: deployWafRules },
  { manifest: investigateManifest, code: investigate },
  { manifest: resetPasswordsManifest, code: resetPasswords },
  { manifest: restoreWafRulesManifest, code: restoreWafRules },
  { manifest: sqlQueryManifest, code: sqlQuery(databases) },
  { manifest: sqlExecuteManifest, code: sqlExecute(databases) },
];

/** By name. The manifests are checked by a test: the compiler sees no more of JSON than its widest types. */
export const actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>> = Object.fromEntries(
  table.map(({ manifest, code }) => [(manifest as ActionManifest).name, { manifest: manifest as ActionManifest, code }]),
);
