import { type Risk, risks, type Step } from '../../runbook/core/model.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import type { Request } from './request.ts';
import { actionFinding, type Finding, scriptFinding } from './risk-table.ts';
import type { Snapshot } from './snapshot.ts';

/** The highest of what the runbook, the step, its undo, the action's manifest and a look at the command say. */
export function riskOf(snapshot: Snapshot, { step }: Planned, request: Request): Risk {
  const own = [step.risk, snapshot.runbook.risk, requestRisk(snapshot, request)];
  return highest([...own, step.undo === undefined ? undefined : writtenRisk(snapshot, step.undo)]);
}

/** Why a request is as risky as it is, for the person who decides. */
export function riskReasons(request: Request): readonly Finding[] {
  if (request.kind === 'script') return scriptFinding(request.script, request.shell);
  return request.kind === 'action' ? actionFinding(request.action, request.with) : [];
}

function requestRisk(snapshot: Snapshot, request: Request): Risk | undefined {
  if (request.kind === 'gate') return undefined;
  const manifest =
    request.kind === 'action' && Object.hasOwn(snapshot.actions, request.action)
      ? snapshot.actions[request.action]?.manifest.risk
      : undefined;
  return highest([manifest, ...riskReasons(request).map(({ risk }) => risk)]);
}

/** Of an undo before its time has come: its expressions are not resolved yet. */
function writtenRisk(snapshot: Snapshot, { verb, risk }: Step): Risk {
  const none = { env: {}, target: 'local', secretTexts: [] };
  if (verb.kind !== 'run' && verb.kind !== 'uses') return risk ?? 'low';
  const request: Request =
    verb.kind === 'run'
      ? { kind: 'script', script: verb.script, shell: verb.shell ?? 'bash', workingDirectory: '', ...none }
      : { kind: 'action', action: verb.action, with: verb.with, ...none };
  return highest([risk, requestRisk(snapshot, request)]);
}

export function highest(all: readonly (Risk | undefined)[]): Risk {
  return all.reduce<Risk>((top, one) => (one !== undefined && risks.indexOf(one) > risks.indexOf(top) ? one : top), 'low');
}
