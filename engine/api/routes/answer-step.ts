import { Answer } from '../../../protocol/api.ts';
import { route } from '../route.ts';

/** `repeat` runs the step again, so an answer is a person's as an approval is. */
export const answerStep = route({
  method: 'POST',
  url: '/v1/runs/:id/answer',
  scope: 'approve',
  body: Answer,
  handle: ({ runtime }, { params, body, caller }) => runtime.answer(params.id ?? '', body, caller),
});
