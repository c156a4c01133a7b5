import { milliseconds } from '../../runbook/core/duration.ts';
import type { Approval, Risk, Step } from '../../runbook/core/model.ts';
import type { KernelEvent } from './event.ts';
import { listsAround } from './frames.ts';
import { messageOf, type ResolvedStep } from './resolve.ts';
import { rank } from './risk-rank.ts';
import { actionIn } from './snapshot.ts';
import type { State } from './state.ts';
import type { Turn } from './turn.ts';

type Asked = Extract<KernelEvent, { kind: 'approval-requested' }>;

/** Who wants the question, if anybody. An undo and a fallback were covered by their step's question as far as that one's risk went. */
export function whyAsk(state: State, { planned, path }: Turn, risk: Risk): 'author' | 'policy' | undefined {
  const { step } = planned;
  if (approvalOf(step) !== undefined) return 'author';
  const { askFrom, unattended } = state.start?.policy ?? { askFrom: 'low' };
  if (unattended === true && (step.verb.kind === 'run' || step.verb.kind === 'agent')) return 'policy';
  if (askFrom === 'never' || rank(risk) < rank(askFrom)) return undefined;
  // What does nothing by itself is asked about only for a risk that somebody wrote, on it or on its undo or fallback.
  const acts =
    step.verb.kind === 'run' || step.verb.kind === 'agent' || (step.verb.kind === 'uses' && !isMadeOfSteps(state, step.verb.action));
  if (!acts && step.risk === undefined && step.undo === undefined && step.fallback === undefined) return undefined;
  const covered = coveredRisk(state, path);
  return covered !== undefined && rank(risk) <= rank(covered) ? undefined : 'policy';
}

/** Then each of its steps has a risk of its own, and the action's as a floor. */
const isMadeOfSteps = ({ snapshot }: State, action: string): boolean => actionIn(snapshot, action)?.own?.kind === 'steps';

/** The risk that was seen with the step that this one, or what it is in, undoes or stands in for. */
function coveredRisk(state: State, path: string): Risk | undefined {
  let at = path;
  for (const { undo, owner } of listsAround(state, path)) {
    if (undo !== undefined) return state.steps[at.replace(/^undo\//, '')]?.risk;
    if (owner === undefined) return undefined;
    if (state.steps[owner]?.at.kind === 'fallback') return state.steps[owner]?.risk;
    at = owner;
  }
  return undefined;
}

export const approvalOf = (step: Step): Approval | undefined => (step.verb.kind === 'approve' ? step.verb.approval : step.approve);

type Question = Pick<Asked, 'message' | 'expiresAt' | 'approvers' | 'unresolved' | 'min' | 'not' | 'escalation'>;

/** What is asked, whom, and until when. */
export function question(state: State, { planned: { step } }: Turn, { contexts }: ResolvedStep, time: number): Question {
  const { timeout, approvers, min, notRequester, escalate } = approvalOf(step) ?? {};
  const message = messageOf(step, contexts);
  const requester = state.start?.actor.by;
  return {
    message,
    ...(timeout === undefined ? {} : { expiresAt: time + milliseconds(timeout) }),
    ...(approvers === undefined ? {} : subjectsOf(state, approvers)),
    ...(min === undefined || min < 2 ? {} : { min }),
    ...(notRequester === true && requester !== undefined ? { not: requester } : {}),
    ...(escalate === undefined ? {} : { escalation: { at: time + milliseconds(escalate.after), ...subjectsOf(state, escalate.to) } }),
  };
}

/** A name is a person's or a group's; one that nobody knows never stands for anybody. */
function subjectsOf(state: State, names: readonly string[]): { approvers: readonly string[]; unresolved?: readonly string[] } {
  const { people = {}, groups = {} } = state.start?.people ?? {};
  const subjects = new Set<string>();
  const unresolved = new Set<string>();
  const add = (person: string) => {
    const found = Object.hasOwn(people, person) ? people[person] : undefined;
    if (found === undefined) unresolved.add(person);
    for (const subject of found ?? []) subjects.add(subject);
  };
  for (const name of names) {
    const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
    if (group === undefined) add(name);
    else for (const person of group) add(person);
  }
  return { approvers: [...subjects], ...(unresolved.size === 0 ? {} : { unresolved: [...unresolved] }) };
}
