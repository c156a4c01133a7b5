import { problem } from '../../runbook/core/errors.ts';
import { type Model, ModelError } from './model.ts';

/** Asks a model for one word, with nothing of anybody's work. Gives the milliseconds until it had answered; rejects with a ModelError. */
export async function checkModel(model: Model, signal: AbortSignal, now: () => number = () => performance.now()): Promise<number> {
  const from = now();
  let text = '';
  for await (const piece of model.stream([{ role: 'user', content: 'Answer with the one word: ready' }], undefined, signal)) {
    signal.throwIfAborted();
    if (piece.kind === 'text') text += piece.text;
    if (piece.kind === 'end' && piece.reason === 'refusal') throw new ModelError(problem('model-refused', { model: model.name }));
    // A model that goes on and on has answered all the same.
    if (text.length > 1000) break;
  }
  if (text.trim() === '') throw new ModelError(problem('model-silent', { model: model.name }));
  return Math.round(now() - from);
}
