import type { Risk, Step } from '../../runbook/core/model.ts';
import { fileOf, runbookFrame } from './frames.ts';
import type { Request } from './request.ts';
import { highest } from './risk-rank.ts';
import { actionFinding, type Finding, scriptFinding } from './risk-table.ts';
import { actionIn, type Snapshot } from './snapshot.ts';
import type { State } from './state.ts';
import { stepsIn } from './steps-in.ts';
import type { Turn } from './turn.ts';

/** The highest of what the runbooks around it, the step, its undo and fallback, the action's manifest and a look at the command say. */
export function riskOf(state: State, { planned: { step }, frame }: Turn, request: Request): Risk {
  const { snapshot } = state;
  const inside = [step.undo, ...(step.fallback ?? [])].flatMap((one) => (one === undefined ? [] : [writtenRisk(snapshot, one)]));
  // What only opens other steps does nothing by itself; each of them has its own risk.
  const floor = request.kind === 'gate' && request.opens !== undefined ? [] : floors(state, frame);
  return highest([step.risk, ...floor, requestRisk(snapshot, request), ...inside]);
}

function floors(state: State, frame: string): (Risk | undefined)[] {
  const found: (Risk | undefined)[] = [];
  for (let at: string | undefined = frame; at !== undefined; ) {
    found.push(fileOf(state, at).runbook.risk);
    at = runbookFrame(state, at).frame.around;
  }
  return found;
}

/** Why a request is as risky as it is, for the person who decides. */
export function riskReasons(request: Request): readonly Finding[] {
  if (request.kind === 'script') return scriptFinding(request.script, request.shell);
  return request.kind === 'action' ? actionFinding(request.action, request.with) : [];
}

function requestRisk(snapshot: Snapshot, request: Request): Risk | undefined {
  if (request.kind === 'gate') return undefined;
  const manifest = request.action === undefined ? undefined : actionIn(snapshot, request.action)?.manifest.risk;
  // What a retry would send instead is seen with the first question, as far as it is written.
  const varied =
    request.kind === 'action' && request.retryWith !== undefined
      ? { ...request, with: { ...request.with, ...request.retryWith } }
      : request;
  const reasons = varied === request ? riskReasons(request) : [...riskReasons(request), ...riskReasons(varied)];
  return highest([manifest, ...reasons.map(({ risk }) => risk)]);
}

/** Of an undo or a fallback before its time has come: its expressions are not resolved yet. */
export function writtenRisk(snapshot: Snapshot, { verb, risk, fallback = [] }: Step): Risk {
  const none = { env: {}, target: 'local', secretTexts: [] };
  const own = verb.kind === 'uses' ? actionIn(snapshot, verb.action)?.own : undefined;
  const body = own === undefined ? [] : (snapshot.calls[own.file]?.runbook.steps ?? []);
  const inside = [...stepsIn(verb), ...fallback, ...body].map((step) => writtenRisk(snapshot, step));
  if (verb.kind !== 'run' && verb.kind !== 'uses') return highest([risk, ...inside]);
  const request: Request =
    verb.kind === 'run'
      ? { kind: 'script', script: verb.script, shell: verb.shell ?? 'bash', workingDirectory: '', ...none }
      : { kind: 'action', action: verb.action, with: verb.with, workingDirectory: '', workspace: '', ...none };
  return highest([risk, requestRisk(snapshot, request), ...inside]);
}
