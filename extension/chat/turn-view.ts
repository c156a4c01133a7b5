import type { Answer, Given } from '../../copilot/ask.ts';
import { ModelError } from '../../copilot/providers/model.ts';
import type { Turn } from '../../protocol/chat.ts';
import { told } from '../engine/problem.ts';

/** What was given, as a turn shows it. */
export const contextOf = ({ blocks, notes }: Given): Pick<Turn, 'context' | 'notes'> => ({
  context: blocks.map(({ heading, text, characters, redactions, summary }) => ({
    heading,
    text,
    characters,
    redactions: redactions.map((redaction) => ({ ...redaction })),
    ...(summary === undefined ? {} : { summary }),
  })),
  notes: [...notes],
});

/** How a turn ended. */
export function ended(answer: Answer): Partial<Turn> {
  const { problem, diagnosis } = answer;
  return {
    state: problem === undefined ? 'done' : answer.answer === undefined || answer.answer === '' ? 'failed' : 'partial',
    answer: answer.answer ?? '',
    model: answer.model,
    ...(diagnosis === undefined ? {} : { diagnosis: { ...diagnosis, remedies: [...diagnosis.remedies] } }),
    ...(problem === undefined ? {} : { trouble: { code: problem.code, message: problem.message, remedy: problem.remedy } }),
    // Where a model has asked for a run, it waits already.
    ...(answer.kind === 'action' && answer.plan === undefined && answer.actions === undefined && answer.toolCalls === undefined
      ? { offerRun: true }
      : {}),
  };
}

export function troubleOf(error: unknown): { code: string; message: string; remedy: string } {
  if (error instanceof ModelError) return { code: error.problem.code, message: error.problem.message, remedy: error.problem.remedy };
  const { code = 'internal', message, remedy } = told(error);
  return { code, message, remedy };
}
