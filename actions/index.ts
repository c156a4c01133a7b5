import type { ActionCode } from '../engine/connectors/action.ts';
import { Databases } from '../engine/connectors/sql/databases.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import { dataActions } from './data/index.ts';
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
import { notifyAnalysts } from './notify/analysts/analysts.ts';
import notifyAnalystsManifest from './notify/analysts/manifest.json' with { type: 'json' };
import attackMapManifest from './security/attack_map/manifest.json' with { type: 'json' };
import { attackMap } from './security/attack_map/map.ts';
import { blockIp } from './security/block_ip/block-ip.ts';
import blockIpManifest from './security/block_ip/manifest.json' with { type: 'json' };
import { deployWafRules } from './security/deploy_waf_rules/deploy-waf-rules.ts';
import deployWafRulesManifest from './security/deploy_waf_rules/manifest.json' with { type: 'json' };
import { huntSimilarAttacks } from './security/hunt_similar_attacks/hunt.ts';
import huntSimilarAttacksManifest from './security/hunt_similar_attacks/manifest.json' with { type: 'json' };
import { investigate } from './security/investigate_behavior/investigate.ts';
import investigateManifest from './security/investigate_behavior/manifest.json' with { type: 'json' };
import { isBlocked } from './security/is_blocked/is-blocked.ts';
import isBlockedManifest from './security/is_blocked/manifest.json' with { type: 'json' };
import { isolateHost } from './security/isolate_host/isolate-host.ts';
import isolateHostManifest from './security/isolate_host/manifest.json' with { type: 'json' };
import releaseHostManifest from './security/release_host/manifest.json' with { type: 'json' };
import { releaseHost } from './security/release_host/release-host.ts';
import resetPasswordsManifest from './security/reset_passwords/manifest.json' with { type: 'json' };
import { resetPasswords } from './security/reset_passwords/reset-passwords.ts';
import restoreWafRulesManifest from './security/restore_waf_rules/manifest.json' with { type: 'json' };
import { restoreWafRules } from './security/restore_waf_rules/restore-waf-rules.ts';
import { threatIntelLookup } from './security/threat_intel_lookup/lookup.ts';
import threatIntelLookupManifest from './security/threat_intel_lookup/manifest.json' with { type: 'json' };
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
  ...dataActions,
  { manifest: httpRequestManifest, code: httpRequest },
  { manifest: notifyAnalystsManifest, code: notifyAnalysts },
  { manifest: blockIpManifest, code: blockIp },
  { manifest: isBlockedManifest, code: isBlocked },
  { manifest: isolateHostManifest, code: isolateHost },
  { manifest: releaseHostManifest, code: releaseHost },
  { manifest: unblockIpManifest, code: unblockIp },
  { manifest: fileCopyManifest, code: fileCopy },
  { manifest: fileReadManifest, code: fileRead },
  { manifest: fileRestoreManifest, code: fileRestore },
  { manifest: fileWriteManifest, code: fileWrite },
  { manifest: jsonSelectManifest, code: jsonSelect },
  { manifest: waitHttpManifest, code: waitHttp },
  { manifest: waitPortManifest, code: waitPort },
  { manifest: deployWafRulesManifest, code: deployWafRules },
  { manifest: attackMapManifest, code: attackMap },
  { manifest: investigateManifest, code: investigate },
  { manifest: resetPasswordsManifest, code: resetPasswords },
  { manifest: restoreWafRulesManifest, code: restoreWafRules },
  { manifest: huntSimilarAttacksManifest, code: huntSimilarAttacks },
  { manifest: threatIntelLookupManifest, code: threatIntelLookup },
  { manifest: sqlQueryManifest, code: sqlQuery(databases) },
  { manifest: sqlExecuteManifest, code: sqlExecute(databases) },
];

/** By name. The manifests are checked by a test: the compiler sees no more of JSON than its widest types. */
export const actions: Readonly<Record<string, { readonly manifest: ActionManifest; readonly code: ActionCode }>> = Object.fromEntries(
  table.map(({ manifest, code }) => [(manifest as ActionManifest).name, { manifest: manifest as ActionManifest, code }]),
);
