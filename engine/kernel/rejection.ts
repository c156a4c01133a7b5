import { type Problem, problem } from '../../runbook/core/errors.ts';
import type { KernelEvent } from './event.ts';

/** The error of a step that a person rejected; the note they left is the reason that everybody asks for. */
export function rejection({ path, actor, note }: Extract<KernelEvent, { kind: 'approval-rejected' }>): Problem {
  const args = { step: path, by: actor.by };
  return note?.trim()
    ? problem('approval-rejected', { ...args, note: note.trim() }, { remedy: 'The reason given: {note}' })
    : problem('approval-rejected', args);
}
